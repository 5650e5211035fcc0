/** Logins against the real schema, through the views, the caches and NOTIFY. */

import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { schemes } from '../../../src/auth/schemes/index.ts';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { createListener, type Listener } from '../../../src/database/listen.ts';
import { createServices, type Services } from '../../../src/services.ts';
import { isVerifiable, knownAnswers } from '../../contract/schemes-known-answers.ts';
import { createTestDatabase, createTestServer, type TestDatabase } from '../../support/database.ts';

const ALICE = 'alice@example.org';

let database: TestDatabase;
let client: pg.Client;
let daemon: Awaited<ReturnType<typeof listeningDaemon>>;
let services: Services;
let secretHash: string;

/** The daemon without its sockets. */
async function listeningDaemon(url: string) {
  const outcome = loadSettings({ env: {} });
  if (outcome.kind !== 'ok') throw new Error(outcome.problems.join());
  const services = createServices({
    settings: outcome.settings,
    url,
    clock: systemClock,
    log: silent,
    mayWrite: true,
  });
  let listener: Listener | undefined;
  await new Promise<void>((resolve) => {
    listener = createListener({
      url,
      log: silent,
      onKeys: services.forget,
      onEverything: services.forgetEverything,
      onLost: () => services.listening(false),
      onListening() {
        services.listening(true);
        resolve();
      },
    });
  });
  return { services, close: () => Promise.all([listener?.close(), services.close()]) };
}

/** A change is heard in milliseconds; a busy machine takes its time. */
const eventually = <T>(look: () => T) => expect.poll(look);

const sql = (text: string, values: unknown[] = []) => client.query(text, values);

const verify = async (password: string, { user = ALICE, protocol = 'imap' } = {}) =>
  (await services.logins.verify({ user, password, protocol, ip: undefined })).kind;

async function addPassword(password: string, columns: Record<string, unknown> = {}): Promise<void> {
  const stored = parseStoredHash(password === 'secret' ? secretHash : await createPasswordHash(password));
  if (stored.kind !== 'hash') throw new Error(stored.why);
  const row = {
    service: 'dovecot',
    label: '',
    hash_scheme: stored.scheme.name,
    password_hash: stored.text,
    ...columns,
  };
  const names = Object.keys(row);
  await sql(
    `insert into unified.user_passwords (user_id, ${names.join(', ')})
     select id, ${names.map((_, index) => `$${index + 1}`).join(', ')} from unified.users where email = '${ALICE}'`,
    Object.values(row),
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  daemon = await listeningDaemon(database.url);
  services = daemon.services;
  secretHash = await createPasswordHash('secret');
});

afterAll(async () => {
  await Promise.all([daemon?.close(), client?.end()]);
  await database?.close();
});

beforeEach(async () => {
  await sql('delete from unified.users');
  await sql('delete from unified.mail_domains');
  await sql("insert into unified.mail_domains (domain) values ('example.org')");
  await sql('insert into unified.users (username, email) values ($1, $1)', [ALICE]);
  await addPassword('secret');
  await eventually(() => verify('secret')).toBe('ok');
});

test('the check of the schema lists exactly the schemes that are verified', async () => {
  const { rows } = await sql(
    "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'user_passwords_hash_scheme_known'",
  );
  const listed = [...String(rows[0]?.text).matchAll(/'([A-Z0-9-]+)'/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(schemes.map(({ name }) => name).sort());
});

test('right, wrong and unknown', async () => {
  expect(await verify('secret')).toBe('ok');
  expect(await verify('Secret')).toBe('mismatch');
  expect(await verify('secret', { user: 'bob@example.org' })).toBe('unknown');
});

test('the mailbox comes with the login', async () => {
  await sql("update unified.users set mailbox_format = 'maildir', system_uid = 6000 where email = $1", [
    ALICE,
  ]);
  await eventually(() =>
    services.logins.verify({
      user: 'ALICE@Example.org',
      password: 'secret',
      protocol: 'imap',
      ip: undefined,
    }),
  ).toMatchObject({
    kind: 'ok',
    account: {
      user: ALICE,
      home: '/var/mail/example.org/alice',
      uid: 6000,
      gid: 5000,
      mail: 'maildir:~/Maildir',
      quotaBytes: null,
      quotaMessages: null,
    },
    credential: { service: 'dovecot', label: '' },
  });
});

test('a user with another login name is found by it and by the address', async () => {
  await sql("update unified.users set username = 'al' where email = $1", [ALICE]);
  await eventually(() => verify('secret', { user: 'AL' })).toBe('ok');
  for (const user of ['al', ALICE]) {
    expect(await verify('secret', { user })).toBe('ok');
    await eventually(() => services.logins.find(user)).toMatchObject({ kind: 'ok', account: { user: 'al' } });
  }
});

test('of the hashes only one can be told: that of the service itself, else that of all mail', async () => {
  const hashFor = async (protocol: string) => {
    const told = await services.logins.credential({ user: ALICE, password: '', protocol, ip: undefined });
    return told.kind === 'ok' ? told.hash : told.kind;
  };
  const forAll = await hashFor('imap');
  const plain = { hash_scheme: 'PLAIN', password_hash: 'for the phone' };
  await addPassword('phone', { service: 'imap', label: 'phone', ...plain });
  await eventually(() => hashFor('imap')).toBe('{PLAIN}for the phone');
  expect(await hashFor('pop3')).toBe(forAll);
});

test('several passwords, each for its service', async () => {
  await addPassword('phone', { service: 'imap', label: 'phone' });
  await addPassword('tablet', { service: 'imap', label: 'tablet' });
  await addPassword('web', { service: 'webdav' });
  await eventually(() => verify('tablet')).toBe('ok');
  expect(await verify('phone')).toBe('ok');
  expect(await verify('phone', { protocol: 'smtp' })).toBe('mismatch');
  expect(await verify('web')).toBe('mismatch');
});

describe('a change is heard and denies at once:', () => {
  const changes: Record<string, readonly [change: string, outcome: string]> = {
    'the user is locked': ['update unified.users set is_locked = true', 'disabled'],
    'the user is inactive': ['update unified.users set is_active = false', 'disabled'],
    'the domain is inactive': ['update unified.mail_domains set is_active = false', 'disabled'],
    'the role no_email': [
      "insert into unified.user_roles (user_id, role_name) select id, 'no_email' from unified.users",
      'disabled',
    ],
    'the password must be changed': [
      'update unified.user_passwords set must_change_on_next_login = true',
      'disabled',
    ],
    'the password is expired': [
      "update unified.user_passwords set expires_at = now() - interval '1 s'",
      'disabled',
    ],
    'the password is good from elsewhere only': [
      "update unified.user_passwords set allowed_networks = '{198.51.100.0/24}'",
      'mismatch',
    ],
    'the user must use app passwords': [
      'insert into unified.app_password_rules (user_id) select id from unified.users',
      'mismatch',
    ],
    'the domain must use app passwords': [
      'insert into unified.app_password_rules (domain) select domain from unified.mail_domains',
      'mismatch',
    ],
    'his role must use app passwords': [
      `insert into unified.user_roles (user_id, role_name) select id, 'admin' from unified.users;
       insert into unified.app_password_rules (role_name) values ('admin')`,
      'mismatch',
    ],
    'the password is gone': ['delete from unified.user_passwords', 'mismatch'],
    'the password is for something else': ["update unified.user_passwords set service = 'api'", 'mismatch'],
    'the user is gone': ['delete from unified.users', 'unknown'],
  };

  test.each(Object.entries(changes))('%s', async (_, [change, outcome]) => {
    await sql(change);
    await eventually(() => verify('secret')).toBe(outcome);
  });
});

test('logins and refusals are in the audit trail, and when each password was used', async () => {
  const ip = '192.0.2.55';
  const from = (user: string, password: string) =>
    services.logins.verify({ user, password, protocol: 'imap', ip });
  await addPassword('phone', { label: 'phone' });
  await eventually(async () => (await from(ALICE, 'phone')).kind).toBe('ok');
  await from(ALICE, 'wrong');
  await from('nobody@example.org', 'phone');
  const trail = async () =>
    (
      await sql(
        `select distinct success, error_message, user_id is not null as known, additional_data - 'count' as data
         from unified.audit_log
         where action = 'login' and service = 'imap' and ip_address = $1
         order by error_message`,
        [ip],
      )
    ).rows;
  await eventually(trail).toEqual(
    expect.arrayContaining([
      { success: true, error_message: null, known: true, data: { label: 'phone' } },
      { success: false, error_message: 'mismatch', known: true, data: {} },
      { success: false, error_message: 'unknown', known: false, data: { domain: 'example.org' } },
    ]),
  );
  const { rows } = await sql(
    `select u.last_login_at is not null as seen, u.last_failed_login_at is not null as failed,
       p.last_used_at is not null as used
     from unified.users as u
     join unified.user_passwords as p on p.user_id = u.id and p.label = 'phone'`,
  );
  expect(rows).toEqual([{ seen: true, failed: true, used: true }]);
});

test('a changed password opens at once, and the old one no longer', async () => {
  await sql('delete from unified.user_passwords');
  await addPassword('new');
  await eventually(() => verify('new')).toBe('ok');
  expect(await verify('secret')).toBe('mismatch');
});

test('who must use app passwords logs in with one', async () => {
  await addPassword('phone', { label: 'phone' });
  await sql('insert into unified.app_password_rules (user_id) select id from unified.users');
  await eventually(() => verify('secret')).toBe('mismatch');
  expect(await verify('phone')).toBe('ok');
});

test('a password that expires while it is remembered opens nothing afterwards', async () => {
  await sql("update unified.user_passwords set expires_at = now() + interval '1 s'");
  await eventually(() => verify('secret')).toBe('disabled');
});

test('every role that does not deny mail leaves it alone, and so does one that is over', async () => {
  await sql(
    `insert into unified.user_roles (user_id, role_name, granted_at, expires_at)
     select id, 'no_email', now() - interval '2 h', now() - interval '1 h' from unified.users`,
  );
  await addPassword('probe', { service: 'imap' });
  await eventually(() => verify('probe')).toBe('ok');
});

test.each(schemes.filter(isVerifiable).map(({ name }) => name))('a stored %s hash opens', async (name) => {
  const known = knownAnswers.find(({ hash }) => hash.startsWith(`{${name}}`));
  const digest = createHash('md5')
    .update(ALICE.replace('@', ':'))
    .update(`:${known?.password}`)
    .digest('hex');
  const stored = parseStoredHash(name === 'DIGEST-MD5' ? `{DIGEST-MD5}${digest}` : (known?.hash ?? ''));
  if (stored.kind !== 'hash') throw new Error(stored.why);
  await addPassword('other', { service: 'pop3', hash_scheme: name, password_hash: stored.text });
  await eventually(() => verify(known?.password ?? '', { protocol: 'pop3' })).toBe('ok');
  expect(await verify('wrong', { protocol: 'pop3' })).toBe('mismatch');
});

describe('a login with a hash of another scheme', () => {
  const known = '{MD5-CRYPT}$1$Eqkh84i1$J0CeZmxYSwsdhjqFjrOcJ0';
  const text = known.slice('{MD5-CRYPT}'.length);
  const stored = async () =>
    (await sql(`select hash_scheme, password_hash from unified.user_passwords where service = 'imap'`))
      .rows[0];

  beforeEach(async () => {
    await sql('truncate unified.mailbox_events');
    await addPassword('test', { service: 'imap', hash_scheme: 'MD5-CRYPT', password_hash: text });
  });

  test('has it stored under the preferred one, which is no change of the password', async () => {
    await eventually(() => verify('test')).toBe('ok');
    await eventually(async () => (await stored()).hash_scheme).toBe('ARGON2ID');
    await eventually(() => verify('test')).toBe('ok');
    expect(await verify('other')).toBe('mismatch');
    const { rows: events } = await sql('select event_type, event_data from unified.mailbox_events');
    expect(events).toMatchObject([{ event_type: 'password_changed', event_data: { change: 'added' } }]);
    const { rows: audit } = await sql(
      `select resource_id, additional_data from unified.audit_log where action = 'password.rehash'`,
    );
    expect(audit).toContainEqual({
      resource_id: ALICE,
      additional_data: { service: 'imap', label: '', from: 'MD5-CRYPT', to: 'ARGON2ID' },
    });
  });

  test('changes nothing where the password was changed meanwhile', async () => {
    const { rows } = await sql(`select id from unified.user_passwords where service = 'imap'`);
    const call = (was: string) =>
      sql('select unified.rehash_password($1, $2, $3, $4) as replaced', [
        rows[0]?.id,
        was,
        'ARGON2ID',
        'new',
      ]);
    expect((await call(`${known}x`)).rows).toEqual([{ replaced: false }]);
    expect(await stored()).toEqual({ hash_scheme: 'MD5-CRYPT', password_hash: text });
    expect((await call(known)).rows).toEqual([{ replaced: true }]);
    expect((await call(known)).rows).toEqual([{ replaced: false }]);
    expect(await stored()).toEqual({ hash_scheme: 'ARGON2ID', password_hash: 'new' });
  });

  test('tells every daemon to forget the old hash, and the next change is one again', async () => {
    await sql(`begin`);
    const { rows } = await sql(`select id from unified.user_passwords where service = 'imap'`);
    await sql('select unified.rehash_password($1, $2, $3, $4)', [rows[0]?.id, known, 'SSHA256', text]);
    await sql(`update unified.user_passwords set hash_scheme = 'ARGON2ID' where service = 'imap'`);
    await sql('commit');
    const { rows: events } = await sql('select event_data from unified.mailbox_events order by id');
    expect(events).toMatchObject([
      { event_data: { change: 'added' } },
      { event_data: { change: 'changed' } },
    ]);
  });
});

test('while PostgreSQL is away nobody logs in and nobody is refused, and delivery goes on', async () => {
  const server = await createTestServer({ settings: { synchronous_commit: 'on' } });
  const owner = new pg.Client(server.url);
  owner.on('error', () => {}); // it is killed below
  await owner.connect();
  const hash = secretHash.replace('{ARGON2ID}', '');
  await owner.query("insert into unified.mail_domains (domain) values ('example.org')");
  await owner.query('insert into unified.users (username, email) values ($1, $1)', [ALICE]);
  await owner.query(
    'insert into unified.user_passwords (user_id, password_hash) select id, $1 from unified.users',
    [hash],
  );
  // Only now: an announcement of these changes would make it forget what shall be the last known.
  const { services: own, close } = await listeningDaemon(server.url);
  const kindOf = async (user: string, password: string) =>
    (await own.logins.verify({ user, password, protocol: 'imap', ip: undefined })).kind;
  try {
    await eventually(() => kindOf(ALICE, 'secret')).toBe('ok');
    await server.kill();
    // Its death is heard in a moment; until then what is remembered is as true as it was.
    await eventually(() => kindOf(ALICE, 'secret')).toBe('later');
    for (const [user, password] of [
      [ALICE, 'wrong'],
      ['bob@example.org', 'secret'],
    ] as const) {
      expect(await kindOf(user, password)).toBe('later');
    }
    expect(await own.logins.find(ALICE)).toMatchObject({ kind: 'ok', account: { user: ALICE } });
    expect(await own.logins.find('bob@example.org')).toMatchObject({ kind: 'later' });
    await server.start();
    await eventually(() => kindOf(ALICE, 'secret')).toBe('ok');
    expect(await kindOf('bob@example.org', 'secret')).toBe('unknown');
  } finally {
    await close();
    await owner.end().catch(() => {});
    await server.stop();
  }
});
