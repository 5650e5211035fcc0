import { describe, expect, test } from 'vitest';
import { later } from '../../../src/base/answer.ts';
import type { Log } from '../../../src/base/log.ts';
import type { LoginRequest, LoginServices } from '../../../src/protocol/login.ts';
import type { Parts } from '../../../src/protocol/protocol.ts';
import { authWorkerWorld } from './dialogue.ts';

const SECRET = 'correct horse';
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A conversation after the greeting of Dovecot 2.4. */
function greeted(changes: Partial<LoginServices> = {}, log: Log = silent) {
  const { answer } = authWorkerWorld(log, changes).converse();
  void answer('VERSION\tauth-master\t1\t0');
  void answer('DBHASH\t00\t00');
  return answer;
}

describe('no password is ever logged', () => {
  test.each([
    ['accepted', `1\tPASSV\t1\t${SECRET}\tuser=alice@x.test\tprotocol=imap`],
    ['refused', `1\tPASSV\t1\t${SECRET}\tuser=nobody@x.test\tprotocol=imap`],
    ['not found out', `1\tPASSV\t1\t${SECRET}\tuser=later@x.test\tprotocol=imap`],
    ['in the place of the command', `1\t${SECRET}\t1\tuser=later@x.test`],
    ['in the place of the number', `${SECRET}\tPASSV\t1\tuser=later@x.test`],
    ['set anew', `1\tSETCRED\t1\t${SECRET}\tuser=alice@x.test`],
  ])('%s', async (_name, request) => {
    const lines: string[] = [];
    const write = (event: string, fields?: object) => void lines.push(JSON.stringify([event, fields]));
    const reply = await greeted({}, { debug: write, info: write, warn: write, error: write })(request);
    expect([...lines, JSON.stringify(reply)].join('\n')).not.toContain(SECRET);
  });
});

test('the request reaches auth/ with what Dovecot told, and no more', async () => {
  const requests: LoginRequest[] = [];
  const verify = ({ audience, ...told }: LoginRequest) => {
    // That of the connection: nobody has hung up.
    expect(audience?.isGone).toBe(false);
    requests.push(told);
    return { kind: 'mismatch' } as const;
  };
  const answer = greeted({ verify });
  await answer(
    '1\tPASSV\t1\tp\u0001tw\tuser=Alice@X.test\tprotocol=IMAP\trip=192.0.2.7\tlip=192.0.2.1\tsecured',
  );
  await answer('2\tPASSV\t1\t\tuser=bob');
  await answer('3\tPASSV\t1\tuser=eve\tuser=bob=x\tservice=pop3\trip=');
  expect(requests).toEqual([
    { user: 'Alice@X.test', password: 'p\tw', protocol: 'imap', ip: '192.0.2.7' },
    { user: 'bob', password: '', protocol: '', ip: undefined },
    { user: 'bob=x', password: 'user=eve', protocol: 'pop3', ip: undefined },
  ]);
});

test.each([
  ['user', 'PASSV', -4],
  ['expired', 'PASSV', -5],
  ['must-change', 'PASSV', -5],
  // Nobody has shown the password yet.
  ['expired', 'PASSL', -4],
] as const)('disabled because of %s is the %s result %i', async (because, command, result) => {
  const disabled = () => ({ kind: 'disabled', because }) as const;
  const answer = greeted({ verify: disabled, credential: disabled });
  expect(await answer(`1\t${command}\t1\tX\tuser=alice@x.test`)).toBe(`1\tFAIL\t${result}\t\t\n`);
});

test('the networks from which a password is good go with its hash', async () => {
  const account = {
    user: 'a',
    home: '/a',
    uid: 1,
    gid: 1,
    mail: 'maildir:~',
    quotaBytes: null,
    quotaMessages: null,
  };
  const credential = () =>
    ({ kind: 'ok', account, hash: '{SCRAM-SHA-256}x', networks: ['192.0.2.0/24', '2001:db8::/32'] }) as const;
  const reply = await greeted({ credential })('1\tPASSL\t1\tSCRAM-SHA-256\tuser=a');
  expect(reply).toContain(
    '1\tOK\ta\t{SCRAM-SHA-256}x\tallow_nets=192.0.2.0/24,2001:db8::/32\tuserdb_home=/a',
  );
});

describe('a list', () => {
  const read = async (parts: unknown): Promise<string[]> => {
    const read: string[] = [];
    for await (const part of parts as Parts) read.push(part);
    return read;
  };

  test('is asked for a page at a time', async () => {
    const asked: string[] = [];
    const list = (after: string) => {
      asked.push(after);
      return {
        kind: 'listed',
        users: ({ '': ['a', 'b'], b: ['c'] } as Record<string, string[]>)[after] ?? [],
      } as const;
    };
    expect(await read(greeted({ list })('9\tLIST\t1\tuser=*'))).toEqual([
      '9\t*\ta\n9\t*\tb\n',
      '9\t*\tc\n',
      '9\tOK\n',
    ]);
    expect(asked).toEqual(['', 'b', 'c']);
  });

  test('that breaks off is not called whole', async () => {
    const list = (after: string) =>
      after === '' ? ({ kind: 'listed', users: ['a'] } as const) : later('away');
    expect(await read(greeted({ list })('9\tLIST\t1\tuser=*'))).toEqual(['9\t*\ta\n', '9\tFAIL\t\n']);
  });
});
