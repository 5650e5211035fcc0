/** What stands against a user or a password is told alike at every door, in the words of each. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { introspect } from '../../../src/auth/introspect.ts';
import { scramSha256 } from '../../../src/auth/schemes/scram-sha-256.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { openKeyFile } from '../../../src/config/key-file.ts';
import { authClient } from '../../../src/protocol/auth-client.ts';
import { authWorker } from '../../../src/protocol/auth-worker.ts';
import { authDict } from '../../../src/protocol/dict-auth.ts';
import { login } from '../../../src/protocol/login.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import { createServices, type Services } from '../../../src/services.ts';
import { testSettings } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { AUDIENCE, createIssuer, ISSUER, type Issuer } from '../../support/tokens.ts';

/** What makes it so; the user is $1. */
const states = {
  fine: 'select $1::text',
  no_email: `insert into unified.user_roles (user_id, role_name)
             select id, 'no_email' from unified.users where username = $1`,
  locked: 'update unified.users set is_locked = true where username = $1',
  'inactive user': 'update unified.users set is_active = false where username = $1',
  'inactive domain': `update unified.mail_domains set is_active = false where domain = split_part($1, '@', 2)`,
  'expired password': `update unified.user_passwords set expires_at = now() - interval '1 day'
                       where user_id = (select id from unified.users where username = $1)`,
  must_change: `update unified.user_passwords set must_change_on_next_login = true
                where user_id = (select id from unified.users where username = $1)`,
  suspended: `update unified.user_passwords set suspended_at = now(), suspended_because = 'a spread'
              where user_id = (select id from unified.users where username = $1)`,
  'wrong network': `update unified.user_passwords set allowed_networks = '{192.0.2.0/24}'
                    where user_id = (select id from unified.users where username = $1)`,
  'app passwords only': `insert into unified.app_password_rules (user_id)
                         select id from unified.users where username = $1`,
} as const;
type State = keyof typeof states;

const IP = '203.0.113.7';
const userOf = (state: State): string => `alice@${state.replace(/[ _]/g, '-')}.example`;

let database: TestDatabase;
let services: Services;
let issuer: Issuer;

const rows = (text: string, values: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, values)).rows);

beforeAll(async () => {
  database = await createTestDatabase();
  for (const [state, sql] of Object.entries(states)) {
    const user = userOf(state as State);
    await rows('insert into unified.mail_domains (domain) values ($1)', [user.split('@')[1]]);
    await rows('insert into unified.users (email) values ($1)', [user]);
    await rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
       select id, 'dovecot', 'SCRAM-SHA-256', $2 from unified.users where email = $1`,
      [user, await scramSha256.hash?.(Buffer.from('secret'))],
    );
    await rows(sql, [user]);
  }
  issuer = await createIssuer();
  const jwtKeys = join(inject('runFolder'), `states-${process.pid}.json`);
  issuer.write(jwtKeys);
  const jwt = { jwtKeys, jwtIssuer: ISSUER, jwtAudience: AUDIENCE };
  services = createServices({
    settings: await testSettings({ ...jwt, rehashOnLogin: false, guessingLongestDelay: 0 }),
    url: database.url,
    clock: systemClock,
    log: silent,
    keyFile: openKeyFile,
    mayWrite: true,
  });
});

afterAll(async () => {
  await services?.close();
  await database?.close();
});

/** What a protocol answers to the last of these lines. */
async function say(protocol: Protocol<string>, ...lines: readonly string[]): Promise<string> {
  const { answer } = protocol.converse();
  let reply: unknown = '';
  for (const line of lines) reply = await answer(line);
  return String(reply).trimEnd();
}

const atLogin = (command: string, user: string) =>
  say(login({ ...services.logins, log: silent }), `V1\t${command}\t${user}\tsecret\timap\t${IP}`);
const atWorker = (command: string, user: string) =>
  say(
    authWorker({ ...services.logins, log: silent }),
    'VERSION\tauth-master\t1\t0',
    `1\t${command}\tuser=${user}\tprotocol=imap\trip=${IP}`,
  );
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

/** An exchange: what is said is made of what was heard. */
async function atSasl(mechanism: string, ...messages: ((heard: Buffer) => string)[]): Promise<string> {
  const { mechanisms, ...sasl } = services.sasl;
  const protocol = authClient({ mechanisms, services: sasl, temporaryBy: 'code', spid: 1, log: silent });
  const { answer } = protocol.converse();
  await answer('VERSION\t1\t2');
  let reply = '';
  for (const [n, message] of messages.entries()) {
    const heard = Buffer.from(reply.trimEnd().split('\t')[2] ?? '', 'base64');
    const text = base64(message(heard));
    const line =
      n === 0 ? `AUTH\t1\t${mechanism}\tservice=imap\trip=${IP}\tresp=${text}` : `CONT\t1\t${text}`;
    reply = String(await answer(line));
    if (!reply.startsWith('CONT')) break;
  }
  return reply.trimEnd().split('\t').slice(0, 1).join();
}

function scramFinal(bare: string, first: Buffer): string {
  const [, nonce = '', salt = '', rounds = ''] = /^r=(.+),s=(.+),i=(\d+)$/.exec(first.toString()) ?? [];
  const salted = pbkdf2Sync('secret', Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = hmac(salted, 'Client Key');
  const text = `${bare},${first},c=biws,r=${nonce}`;
  const signature = hmac(createHash('sha256').update(key).digest(), text);
  return `c=biws,r=${nonce},p=${base64(Buffer.from(key.map((octet, n) => octet ^ (signature[n] as number))))}`;
}

const token = (user: string) => issuer.sign({ email: user });
const first = (text: string, fields = 1): string => text.split('\t').slice(0, fields).join(' ');

const doors = {
  'login.sock VERIFY': async (user) => first(await atLogin('VERIFY', user), 2).replace(/ user=.*/, ''),
  'login.sock PASSDB': async (user) => {
    const reply = await atLogin('PASSDB', user);
    return reply.startsWith('OK')
      ? `OK${reply.includes('allow_nets') ? ' from there' : ''}`
      : first(reply, 2);
  },
  dict: async (user) => {
    const dict = authDict(services.logins);
    const { kind, ...rest } = await dict.lookup({ path: `shared/passdb/imap/${user}`, user });
    return JSON.stringify(rest).includes('allow_nets') ? `${kind} from there` : kind;
  },
  PASSV: async (user) =>
    first(await atWorker('PASSV\t1\tsecret', user), 3)
      .slice(2)
      .replace(/ alice.*/, ''),
  PASSL: async (user) =>
    first(await atWorker('PASSL\t1\tSCRAM-SHA-256', user), 3)
      .slice(2)
      .replace(/ alice.*/, ''),
  PLAIN: (user) => atSasl('PLAIN', () => `\0${user}\0secret`),
  'SCRAM-SHA-256': (user) =>
    atSasl(
      'SCRAM-SHA-256',
      () => `n,,n=${user},r=abc`,
      (heard) => scramFinal(`n=${user},r=abc`, heard),
      () => '',
    ),
  OAUTHBEARER: async (user) => {
    const good = await token(user);
    return atSasl(
      'OAUTHBEARER',
      () => `n,a=${user},\x01auth=Bearer ${good}\x01\x01`,
      () => '\x01',
    );
  },
  introspection: async (user) => (await introspect(await token(user), services.logins)).kind,
} satisfies Record<string, (user: string) => Promise<string>>;
type Door = keyof typeof doors;

const userIsShut: Record<Door, string> = {
  'login.sock VERIFY': 'DISABLED user',
  'login.sock PASSDB': 'DISABLED user',
  dict: 'absent',
  PASSV: 'FAIL -4',
  PASSL: 'FAIL -4',
  PLAIN: 'FAIL',
  'SCRAM-SHA-256': 'FAIL',
  OAUTHBEARER: 'FAIL',
  introspection: 'inactive',
};
const expected: Record<State, Record<Door, string>> = {
  fine: {
    'login.sock VERIFY': 'OK',
    'login.sock PASSDB': 'OK',
    dict: 'found',
    PASSV: 'OK',
    PASSL: 'OK',
    PLAIN: 'OK',
    'SCRAM-SHA-256': 'OK',
    OAUTHBEARER: 'OK',
    introspection: 'active',
  },
  no_email: userIsShut,
  locked: userIsShut,
  'inactive user': userIsShut,
  'inactive domain': userIsShut,
  'expired password': {
    ...userIsShut,
    'login.sock VERIFY': 'DISABLED expired',
    'login.sock PASSDB': 'DISABLED expired',
    PASSV: 'FAIL -5',
  },
  must_change: {
    ...userIsShut,
    'login.sock VERIFY': 'DISABLED must-change',
    'login.sock PASSDB': 'DISABLED must-change',
    PASSV: 'FAIL -5',
  },
  suspended: {
    ...userIsShut,
    'login.sock VERIFY': 'DISABLED suspended',
    'login.sock PASSDB': 'DISABLED suspended',
    // A token is another credential, and goes on.
    OAUTHBEARER: 'OK',
    introspection: 'active',
  },
  'wrong network': {
    ...userIsShut,
    'login.sock VERIFY': 'MISMATCH',
    // Who compares is told the networks too.
    'login.sock PASSDB': 'OK from there',
    dict: 'found from there',
    PASSV: 'FAIL 0',
    PASSL: 'FAIL -3',
  },
  'app passwords only': {
    ...userIsShut,
    'login.sock VERIFY': 'MISMATCH',
    'login.sock PASSDB': 'NOUSER',
    PASSV: 'FAIL 0',
    PASSL: 'FAIL -3',
    // A token was made for one program, as an app password is.
    OAUTHBEARER: 'OK',
    introspection: 'active',
  },
};

describe.each(Object.entries(expected))('%s', (state, answers) => {
  test.each(Object.entries(answers))('at %s it is %s', async (door, answer) => {
    expect(await doors[door as Door](userOf(state as State))).toBe(answer);
  });
});

describe('the audit trail, for proofs and tokens as for passwords:', () => {
  const reasonsOf = (user: string) =>
    rows(
      `select distinct coalesce(error_message, 'ok') as why from unified.audit_log
       where user_id = (select id from unified.users where username = $1) order by 1`,
      [user],
    ).then((all) => all.map(({ why }) => why));
  const countsOf = async (user: string) =>
    (
      await rows(
        `select last_login_at is not null as has_been, failed_login_attempts as wrong
         from unified.users where username = $1`,
        [user],
      )
    )[0];
  /** A user of this test's own. */
  async function addUser(name: string): Promise<string> {
    const user = `${name}@fine.example`;
    await rows('insert into unified.users (email) values ($1)', [user]);
    await rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
       select id, 'dovecot', 'SCRAM-SHA-256', $2 from unified.users where email = $1`,
      [user, await scramSha256.hash?.(Buffer.from('secret'))],
    );
    return user;
  }

  test('a proof is a login', async () => {
    const user = await addUser('proof');
    expect(await doors['SCRAM-SHA-256'](user)).toBe('OK');
    await expect.poll(() => reasonsOf(user)).toEqual(['ok']);
    expect(await countsOf(user)).toEqual({ has_been: true, wrong: 0 });
  });

  test('a wrong proof is a wrong password', async () => {
    const user = await addUser('wrong-proof');
    const wrong = () =>
      atSasl(
        'SCRAM-SHA-256',
        () => `n,,n=${user},r=abc`,
        (heard) => scramFinal(`n=${user},r=abc`, heard).replace(/p=./, (p) => (p === 'p=A' ? 'p=B' : 'p=A')),
      );
    expect(await wrong()).toBe('FAIL');
    await expect.poll(() => reasonsOf(user)).toEqual(['mismatch']);
    expect(await countsOf(user)).toEqual({ has_been: false, wrong: 1 });
  });

  test('a token is a login', async () => {
    const user = await addUser('token');
    expect(await doors.OAUTHBEARER(user)).toBe('OK');
    await expect.poll(() => reasonsOf(user)).toEqual(['ok']);
    expect(await countsOf(user)).toEqual({ has_been: true, wrong: 0 });
  });

  test('so is one that Dovecot asks about', async () => {
    const user = await addUser('introspected');
    expect(await doors.introspection(user)).toBe('active');
    await expect.poll(() => countsOf(user)).toEqual({ has_been: true, wrong: 0 });
  });

  test('a bad token is a wrong password of who is named with it', async () => {
    const user = await addUser('bad-token');
    const bad = () =>
      atSasl(
        'OAUTHBEARER',
        () => `n,a=${user},\x01auth=Bearer guess\x01\x01`,
        () => '\x01',
      );
    expect(await bad()).toBe('FAIL');
    await expect.poll(() => reasonsOf(user)).toEqual(['mismatch: token']);
    expect(await countsOf(user)).toEqual({ has_been: false, wrong: 1 });
  });

  test('a name with a NUL, which no column takes, keeps nobody out of it', async () => {
    const user = await addUser('beside-a-nul');
    const bad = (name: string) =>
      atSasl(
        'XOAUTH2',
        () => `user=${name}\x01auth=Bearer guess\x01\x01`,
        () => '\x01',
      );
    expect(await Promise.all([bad('a\0b'), bad(user)])).toEqual(['FAIL', 'FAIL']);
    await expect.poll(() => reasonsOf(user)).toEqual(['mismatch: token']);
  });

  test('whoever guesses by proofs and tokens is refused as who guesses passwords', async () => {
    const user = await addUser('guessed');
    const bad = (n: number) =>
      atSasl(
        'OAUTHBEARER',
        () => `n,a=${user},\x01auth=Bearer guess${n}\x01\x01`,
        () => '\x01',
      );
    for (let n = 0; n < 20; n += 1) expect(await bad(n)).toBe('FAIL');
    expect(await doors['login.sock VERIFY'](user)).toBe('MISMATCH');
    expect(await doors['SCRAM-SHA-256'](user)).toBe('FAIL');
    expect(await doors.OAUTHBEARER(user)).toBe('FAIL');
    await expect.poll(() => reasonsOf(user)).toEqual(['mismatch: guessing', 'mismatch: token']);
  });
});
