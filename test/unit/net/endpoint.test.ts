import { describe, expect, test } from 'vitest';
import { endpointsFor, formatEndpoint, handedSockets, parseEndpoint } from '../../../src/net/endpoint.ts';

describe('an endpoint in the settings', () => {
  test.each([
    ['/run/x.sock', { kind: 'unix', path: '/run/x.sock' }, 'unix:/run/x.sock'],
    ['unix:/run/x.sock', { kind: 'unix', path: '/run/x.sock' }, 'unix:/run/x.sock'],
    ['inet:127.0.0.1:8283', { kind: 'inet', host: '127.0.0.1', port: 8283 }, 'inet:127.0.0.1:8283'],
    ['inet:localhost:0', { kind: 'inet', host: 'localhost', port: 0 }, 'inet:localhost:0'],
    ['inet:[::1]:8283', { kind: 'inet', host: '::1', port: 8283 }, 'inet:[::1]:8283'],
  ] as const)('%s is read and written', (text, endpoint, written) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
    expect(formatEndpoint(endpoint)).toBe(written);
  });

  test.each([
    '',
    'x.sock',
    'unix:x.sock',
    'inet:127.0.0.1',
    'inet::8283',
    'inet:::1:8283',
    'inet:h:65536',
    'inet:h:x',
    'tcp:h:1',
  ])('%j is none', (text) => expect(parseEndpoint(text)).toBeUndefined());
});

describe('sockets from systemd', () => {
  const env = { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'socketmap:login.sock' };

  test('are numbered from 3, with their names', () => {
    expect(handedSockets(env, 42)).toEqual([
      { kind: 'handed', fd: 3, name: 'socketmap' },
      { kind: 'handed', fd: 4, name: 'login.sock' },
    ]);
  });

  test('without names are unknown', () => {
    expect(handedSockets({ LISTEN_PID: '42', LISTEN_FDS: '1' }, 42)).toEqual([
      { kind: 'handed', fd: 3, name: 'unknown' },
    ]);
  });

  test.each([
    ['for another process', env, 43],
    ['none', {}, 42],
    ['a count of 0', { ...env, LISTEN_FDS: '0' }, 42],
    ['a count that is no number', { ...env, LISTEN_FDS: 'two' }, 42],
    ['a negative count', { ...env, LISTEN_FDS: '-1' }, 42],
  ])('%s are not taken', (_name, variables, pid) => {
    expect(handedSockets(variables, pid)).toEqual([]);
  });
});

describe('a protocol listens', () => {
  const configured = [{ kind: 'unix', path: '/run/dovetail/login.sock' }] as const;
  const handed = (name: string) => ({ kind: 'handed', fd: 3, name }) as const;

  test.each(['login', 'login.sock', 'login.socket', 'dovetail-login.socket'])(
    'on the socket handed in as %s',
    (name) => {
      expect(endpointsFor('login', configured, [handed('socketmap'), handed(name)])).toEqual([handed(name)]);
    },
  );

  test('on each of several sockets handed in for it', () => {
    expect(endpointsFor('login', configured, [handed('login'), handed('login')])).toHaveLength(2);
  });

  test('and still on the port of the settings', () => {
    const inet = { kind: 'inet', host: '127.0.0.1', port: 8283 } as const;
    expect(endpointsFor('login', [...configured, inet], [handed('login')])).toEqual([handed('login'), inet]);
  });

  test('where the settings say, when none was handed in for it', () => {
    expect(endpointsFor('login', configured, [handed('socketmap')])).toBe(configured);
  });
});
