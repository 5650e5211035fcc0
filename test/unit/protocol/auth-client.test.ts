import { describe, expect, test } from 'vitest';
import { login } from '../../../src/auth/mechanisms/login.ts';
import type { Mechanism, MechanismServices } from '../../../src/auth/mechanisms/mechanism.ts';
import { plain } from '../../../src/auth/mechanisms/plain.ts';
import type { Verified } from '../../../src/auth/verify.ts';
import { later, type Soon } from '../../../src/base/answer.ts';
import type { Log } from '../../../src/base/log.ts';
import { createTally } from '../../../src/base/tally.ts';
import { authClient } from '../../../src/protocol/auth-client.ts';
import type { LoginRequest } from '../../../src/protocol/login.ts';
import { hangUp } from '../../../src/protocol/protocol.ts';

const SECRET = 'correct horse';
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const RESPONSE = base64(`\0alice@x.test\0${SECRET}`);
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const alice = {
  kind: 'ok',
  account: { user: 'alice@x.test' },
  credential: { id: '1' },
} as unknown as Verified;

interface World {
  readonly verify?: (request: LoginRequest) => Soon<Verified>;
  readonly mechanisms?: readonly Mechanism[];
  readonly log?: Log;
  readonly minor?: string;
}

/** A conversation with a client that has greeted. */
function greeted({ verify = () => alice, mechanisms = [plain, login], log = silent, minor = '2' }: World) {
  const services = { verify, nonce: () => Buffer.alloc(18, 7) } as unknown as MechanismServices;
  const tally = createTally();
  const protocol = authClient({ mechanisms, services, temporaryBy: 'auto', spid: 1, tally, log });
  const conversation = protocol.converse();
  void conversation.answer(`VERSION\t1\t${minor}`);
  void conversation.answer('CPID\t4711');
  return { ...conversation, tally };
}

/** Asks for what was asked of `verify`. */
function asking(told: LoginRequest[]) {
  return greeted({
    verify: (request) => {
      told.push(request);
      return alice;
    },
  });
}

describe('a login', () => {
  test.each([
    ['of Postfix', 'service=smtp\tnologin\tlip=192.0.2.1\trip=192.0.2.7\tsecured', 'smtp', '192.0.2.7'],
    ['of Dovecot 2.4', 'protocol=IMAP\tsecured=tls\trip=2001:db8::7\tlocal_name=x', 'imap', '2001:db8::7'],
    ['with both names of the protocol', 'protocol=pop3\tservice=smtp', 'pop3', undefined],
    ['with one said twice', 'service=imap\tservice=smtp\trip=192.0.2.7\trip=192.0.2.8', 'smtp', '192.0.2.8'],
    ['with escapes', 'service=sm\x01ttp', 'sm\ttp', undefined],
    ['with names that only begin so', 'service2=imap\txrip=1\trip', '', undefined],
  ])('%s is verified with what was told, and no more', (_, parameters, protocol, ip) => {
    const told: LoginRequest[] = [];
    expect(asking(told).answer(`AUTH\t7\tPLAIN\t${parameters}\tresp=${RESPONSE}`)).toBe(
      'OK\t7\tuser=alice@x.test\n',
    );
    const [{ audience, ...request }] = told as [LoginRequest];
    expect(audience?.isGone).toBe(false);
    expect(request).toEqual({ user: 'alice@x.test', password: SECRET, protocol, ip, servedBy: '4711' });
  });

  test('may be written in any case, and with an escape in its message', () => {
    const { answer } = greeted({});
    expect(answer(`AUTH\t1\tplain\tresp=${RESPONSE}`)).toBe('OK\t1\tuser=alice@x.test\n');
    expect(answer(`AUTH\t2\tPLAIN\tresp=\x01${RESPONSE}`)).toBe('OK\t2\tuser=alice@x.test\n');
  });

  test('names its user with escapes', () => {
    const verified = { ...alice, account: { user: 'a\tb' } } as Verified;
    const { answer } = greeted({ verify: () => verified });
    expect(answer(`AUTH\t1\tPLAIN\tresp=${RESPONSE}`)).toBe('OK\t1\tuser=a\x01tb\n');
  });

  test('is counted by mechanism and outcome', () => {
    const outcomes: Verified[] = [
      alice,
      { kind: 'mismatch' },
      later('no database'),
      { kind: 'unknown' },
      alice,
    ];
    const { answer, tally } = greeted({ verify: () => outcomes.shift() ?? alice });
    for (let id = 1; outcomes.length > 0; id += 1) void answer(`AUTH\t${id}\tPLAIN\tresp=${RESPONSE}`);
    void answer(`AUTH\t20\tPLAIN\tresp=${base64('no message')}`);
    expect(tally.read()).toEqual([
      { labels: ['PLAIN', 'ok'], count: 2 },
      { labels: ['PLAIN', 'mismatch'], count: 1 },
      { labels: ['PLAIN', 'later'], count: 1 },
      { labels: ['PLAIN', 'unknown'], count: 1 },
      { labels: ['PLAIN', 'malformed'], count: 1 },
    ]);
  });
});

describe('a message', () => {
  test.each([
    ['is missing', '', '2', 'CONT\t1\t\n'],
    ['is empty, to an old client that has nothing to say', '\tresp=', '0', 'CONT\t1\t\n'],
    ['is empty, to a newer one', '\tresp=', '2', 'FAIL\t1\n'],
    ['is empty and said so', '\tresp==', '0', 'FAIL\t1\n'],
    ['is no base64', '\tresp=A-_=', '2', 'FAIL\t1\tcode=invalid_base64\n'],
    ['has something behind its end', '\tresp=AGE=AGI', '2', 'FAIL\t1\tcode=invalid_base64\n'],
    ['is no UTF-8', `\tresp=${base64(Buffer.from([0, 97, 0, 0xff]))}`, '2', 'FAIL\t1\n'],
    ['has one NUL', `\tresp=${base64('a\0b')}`, '2', 'FAIL\t1\n'],
    ['has three', `\tresp=${base64('\0a\0b\0c')}`, '2', 'FAIL\t1\n'],
    ['names nobody', `\tresp=${base64('\0\0b')}`, '2', 'FAIL\t1\n'],
    ['names another to act for', `\tresp=${base64(`bob\0alice\0b`)}`, '2', 'FAIL\t1\n'],
    ['names himself to act for', `\tresp=${base64(`alice\0alice\0b`)}`, '2', 'OK\t1\tuser=alice@x.test\n'],
    ['is not padded', `\tresp=${base64('\0a\0bc').replace(/=+$/, '')}`, '2', 'OK\t1\tuser=alice@x.test\n'],
  ])('of PLAIN that %s', (_, parameters, minor, reply) => {
    expect(greeted({ minor }).answer(`AUTH\t1\tPLAIN${parameters}`)).toBe(reply);
  });

  test('is as long as a line allows, in any letters', () => {
    const password = 'é€😀'.repeat(1300);
    const told: LoginRequest[] = [];
    void asking(told).answer(`AUTH\t1\tPLAIN\tresp=${base64(`\0a\0${password}`)}`);
    expect(told.map((one) => one.password === password)).toEqual([true]);
  });
});

describe('an exchange', () => {
  test('has an id of its own, as long as it is open', async () => {
    const under: ((verified: Verified) => void)[] = [];
    const { answer } = greeted({ verify: () => new Promise((resolve) => under.push(resolve)) });
    const first = answer(`AUTH\t1\tPLAIN\tresp=${RESPONSE}`);
    expect(answer(`CONT\t1\t${RESPONSE}`)).toBe(hangUp);
    expect(answer(`AUTH\t1\tPLAIN\tresp=${RESPONSE}`)).toBe(hangUp);
    const second = answer(`AUTH\t2\tPLAIN\tresp=${RESPONSE}`);
    under[1]?.(alice);
    under[0]?.(alice);
    expect(await first).toBe('OK\t1\tuser=alice@x.test\n');
    expect(await second).toBe('OK\t2\tuser=alice@x.test\n');
    expect(answer(`CONT\t1\t${RESPONSE}`)).toBe(hangUp);
    void answer('AUTH\t1\tLOGIN');
    expect(answer(`AUTH\t1\tPLAIN\tresp=${RESPONSE}`)).toBe(hangUp);
  });

  test('that is cancelled, or whose connection ends, is answered no more', async () => {
    const under: ((verified: Verified) => void)[] = [];
    const told: LoginRequest[] = [];
    const { answer, close } = greeted({
      verify(request) {
        told.push(request);
        return new Promise((resolve) => under.push(resolve));
      },
    });
    const answers = [1, 2].map(async (id) => answer(`AUTH\t${id}\tPLAIN\tresp=${RESPONSE}`));
    void answer('CANCEL\t1');
    expect(told.map(({ audience }) => audience?.isGone)).toEqual([true, false]);
    close?.();
    expect(told.map(({ audience }) => audience?.isGone)).toEqual([true, true]);
    for (const resolve of under) resolve(alice);
    expect(await Promise.all(answers)).toEqual(['', '']);
  });

  test('is over when it failed, and its id free', async () => {
    let times = 0;
    const verify = () => {
      times += 1;
      if (times === 1) throw new Error('a bug');
      return times === 2 ? Promise.reject(new Error('a bug')) : alice;
    };
    const { answer, failed } = greeted({ verify });
    const line = `AUTH\t1\tPLAIN\tresp=${RESPONSE}`;
    expect(() => answer(line)).toThrow('a bug');
    expect(failed?.(line)).toBe('FAIL\t1\tcode=temp_fail\n');
    await expect(answer(line)).rejects.toThrow('a bug');
    expect(failed?.(line)).toBe('FAIL\t1\tcode=temp_fail\n');
    expect(answer(line)).toBe('OK\t1\tuser=alice@x.test\n');
  });

  test('shows its proof with OK to who understands that, else before it', () => {
    const proving: Mechanism = {
      name: 'PROVING',
      flags: ['mutual-auth'],
      begin: () => ({ step: () => ({ kind: 'ok', user: 'alice', proof: Buffer.from('proof') }) }),
    };
    const { answer, tally } = greeted({ mechanisms: [proving] });
    expect(answer('AUTH\t1\tPROVING\tfinal-resp-ok\tresp=AA==')).toBe(
      `OK\t1\tuser=alice\tresp=${base64('proof')}\n`,
    );
    expect(answer('AUTH\t2\tPROVING\tfinal-resp-okay\tresp=AA==')).toBe(`CONT\t2\t${base64('proof')}\n`);
    expect(tally.read()).toEqual([{ labels: ['PROVING', 'ok'], count: 1 }]);
    expect(answer('CONT\t2\t')).toBe('OK\t2\tuser=alice\n');
    expect(tally.read()).toEqual([{ labels: ['PROVING', 'ok'], count: 2 }]);
  });

  test('is one of a thousand at most', () => {
    const { answer } = greeted({});
    for (let id = 1; id <= 1000; id += 1)
      expect(answer(`AUTH\t${id}\tLOGIN`)).toBe(`CONT\t${id}\t${base64('Username:')}\n`);
    expect(answer(`AUTH\t1001\tPLAIN\tresp=${RESPONSE}`)).toBe('FAIL\t1001\tcode=temp_fail\n');
    void answer('CANCEL\t5');
    expect(answer(`AUTH\t1001\tPLAIN\tresp=${RESPONSE}`)).toBe('OK\t1001\tuser=alice@x.test\n');
  });
});

describe('no password is ever logged', () => {
  test.each([
    ['accepted', `AUTH\t1\tPLAIN\tresp=${RESPONSE}`],
    ['refused', `AUTH\t1\tPLAIN\tresp=${base64(`\0bob@x.test\0${SECRET}`)}`],
    ['not found out', `AUTH\t1\tPLAIN\tresp=${base64(`\0later@x.test\0${SECRET}`)}`],
    ['in the place of the id', `AUTH\t${SECRET}\tPLAIN`],
    ['in the place of the mechanism', `AUTH\t1\t${SECRET}`],
    ['in the place of the command', SECRET],
    ['not in base64', `AUTH\t1\tPLAIN\tresp=${SECRET}`],
  ])('%s', (_, line) => {
    const lines: string[] = [];
    const write = (event: string, fields?: object) => void lines.push(JSON.stringify([event, fields]));
    const { answer } = greeted({
      log: { debug: write, info: write, warn: write, error: write },
      verify({ user }) {
        if (user === 'later@x.test') return later('database unreachable');
        return user === 'alice@x.test' ? alice : { kind: 'mismatch' };
      },
    });
    const reply = JSON.stringify(answer(line));
    for (const secret of [SECRET, base64(SECRET), RESPONSE])
      expect([...lines, reply].join('\n')).not.toContain(secret);
  });
});
