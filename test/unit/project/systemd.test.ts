import { describe, expect, test } from 'vitest';
import { settingsTable } from '../../../src/config/settings-table.ts';
import { endpointsFor, handedSockets } from '../../../src/net/endpoint.ts';
import { filesBelow, read } from './documents.ts';

const settingOf = (path: string, name: string): string | undefined =>
  new RegExp(`^${name}=(.*)$`, 'mu').exec(read(path).text)?.[1];

const service = 'config-templates/systemd/dovetail.service';
const sockets = filesBelow('config-templates/systemd', '.socket');

test('there is a socket unit for each protocol', () => {
  expect(sockets).toEqual([
    'config-templates/systemd/dovetail-auth-worker.socket',
    'config-templates/systemd/dovetail-auth.socket',
    'config-templates/systemd/dovetail-dict.socket',
    'config-templates/systemd/dovetail-login.socket',
    'config-templates/systemd/dovetail-policy.socket',
    'config-templates/systemd/dovetail-socketmap.socket',
  ]);
});

/** Off unless it is enabled by itself; it names the service that it is for. */
const isOptional = (path: string): boolean => path.endsWith('-auth-worker.socket');

describe.each(sockets)('%s', (path) => {
  const protocol = /dovetail-([\w-]+)\.socket$/u.exec(path)?.[1] ?? '';

  test('hands over its socket under a name that the daemon knows', () => {
    const name = settingOf(path, 'FileDescriptorName');
    const handed = handedSockets({ LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: name }, 7);
    expect(endpointsFor(protocol, [], handed)).toMatchObject([{ fd: 3 }]);
  });

  test('listens where the configuration of the mail servers looks', () => {
    expect(settingOf(path, 'ListenStream')).toBe(`/run/dovetail/${protocol}.sock`);
  });

  test('is started with the service, unless somebody must choose it', () => {
    const unit = path.split('/').at(-1) ?? '';
    const isStarted = !isOptional(path);
    expect(settingOf(service, 'Sockets')?.split(' ').includes(unit)).toBe(isStarted);
    expect(settingOf(service, 'Also')?.split(' ').includes(unit)).toBe(isStarted);
  });
});

test('every socket is for the service', () => {
  expect(sockets.map((path) => settingOf(path, 'Service'))).toEqual(sockets.map(() => 'dovetail.service'));
});

test('Dovecot looks for its workers where they are, and does not run without them', () => {
  const dropIn = 'config-templates/systemd/dovecot.service.d/dovetail.conf';
  const socket = 'config-templates/systemd/dovetail-auth-worker.socket';
  expect(settingOf(dropIn, 'BindsTo')).toBe('dovetail-auth-worker.socket');
  expect(read(dropIn).text).toContain(`${settingOf(socket, 'ListenStream')} /run/dovecot/auth-worker`);
});

test('a reload is SIGHUP, and who hangs is started anew', () => {
  expect(settingOf(service, 'ExecReload')).toBe('/bin/kill -HUP $MAINPID');
  expect(settingOf(service, 'Restart')).toBe('always');
  expect(Number(settingOf(service, 'WatchdogSec'))).toBeGreaterThan(0);
  // The watchdog's notices come from a child of the daemon.
  expect(settingOf(service, 'NotifyAccess')).toBe('all');
});

test('systemd waits longer for the end than the daemon drains', () => {
  const seconds = Number(settingOf(service, 'TimeoutStopSec'));
  expect(seconds * 1000).toBeGreaterThan(Number(settingsTable.drainTime.fallback));
});
