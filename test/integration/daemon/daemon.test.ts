import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { loginClient, type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let database: TestDatabase;
let daemon: RunningDaemon;
const sql = (text: string, values: unknown[] = []) =>
  withClient(database.url, (client) => client.query(text, values));
const ask = async (request: string) => {
  const client = socketmapClient(daemon.socketmap);
  const reply = await client.ask(request);
  client.end();
  return reply;
};
const logIn = async (user: string, password: string, protocol = 'imap') => {
  const client = loginClient(daemon.login);
  const reply = await client.ask(`V1\tVERIFY\t${user}\t${password}\t${protocol}\t192.0.2.1`);
  client.end();
  return reply?.split('\t')[0];
};

beforeAll(async () => {
  database = await createTestDatabase();
  await sql("insert into unified.mail_domains (domain, domain_type) values ('example.org', 'virtual')");
  await sql(
    `insert into unified.mail_domains (domain, domain_type, target_domain) values ('old.example', 'alias', 'example.org')`,
  );
  await sql(
    `insert into unified.mail_domains (domain, domain_type, transport) values ('relay.example', 'relay', 'smtp:[10.0.0.7]')`,
  );
  await sql("insert into unified.users (email) values ('alice@example.org'), ('bob@example.org')");
  // One who is listed as a recipient of a domain that is passed on.
  await sql(`insert into unified.users (email) values ('dave@relay.example'), ('erin@relay.example')`);
  await sql(`insert into unified.email_aliases (alias_email, destination_email)
    values ('dave@example.org', 'dave@relay.example'), ('erin@relay.example', 'dave@relay.example')`);
  await sql(`insert into unified.email_aliases (alias_email, destination_email)
    values ('sales@example.org', 'alice@example.org'), ('sales@example.org', 'bob@elsewhere.net')`);
  await setPassword('alice@example.org', 'first secret');
  daemon = await runDaemon(database.url);
});

afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

async function setPassword(email: string, password: string) {
  const hash = (await createPasswordHash(password)).replace(/^\{\w+\}/u, '');
  await sql(
    `insert into unified.user_passwords (user_id, service, label, password_hash, hash_scheme)
     select id, 'dovecot', '', $2, 'ARGON2ID' from unified.users where email = $1
     on conflict (user_id, service, label) do update set password_hash = excluded.password_hash`,
    [email, hash],
  );
}

const answers: Record<string, string> = {
  'virtual_mailbox_domains example.org': 'OK example.org',
  'virtual_mailbox_domains old.example': 'OK old.example',
  'virtual_mailbox_domains elsewhere.net': 'NOTFOUND ',
  'virtual_mailbox_maps Alice+x@Example.org': 'OK example.org/alice/',
  'virtual_mailbox_maps ghost@example.org': 'NOTFOUND ',
  'virtual_alias_maps sales@example.org': 'OK alice@example.org,bob@elsewhere.net',
  'virtual_alias_maps sales@old.example': 'OK alice@example.org,bob@elsewhere.net',
  'virtual_alias_maps alice@example.org': 'NOTFOUND ',
  'smtpd_sender_login_maps sales@example.org': 'OK alice@example.org',
  'virtual_alias_maps dave@example.org': 'OK dave@relay.example',
  'virtual_alias_maps dave@relay.example': 'NOTFOUND ',
  'virtual_mailbox_maps dave@relay.example': 'NOTFOUND ',
  'virtual_alias_maps erin@relay.example': 'OK dave@relay.example',
  'virtual_alias_maps *': 'NOTFOUND ',
  'no_such_map x': 'PERM unknown map no_such_map',
};

describe('Postfix is answered from the schema', () => {
  for (const [request, reply] of Object.entries(answers)) {
    test(`${request} → ${reply}`, async () => expect(await ask(request)).toBe(reply));
  }
});

test('Dovecot learns where the mail of a user is, and of nobody else', async () => {
  const client = loginClient(daemon.login);
  const reply = await client.ask('V1\tUSERDB\talice@example.org\t\tlmtp\t\tflavour=23');
  expect(reply?.split('\t')).toEqual(
    expect.arrayContaining([
      'OK',
      'user=alice@example.org',
      'home=/var/mail/example.org/alice',
      'uid=5000',
      'gid=5000',
    ]),
  );
  expect(await client.ask('V1\tUSERDB\tghost@example.org\t\tlmtp\t')).toBe('NOUSER');
  client.end();
});

test('the right password opens, a wrong one and an unknown user do not', async () => {
  expect(await logIn('alice@example.org', 'first secret')).toBe('OK');
  expect(await logIn('Alice@Example.ORG', 'first secret')).toBe('OK');
  expect(await logIn('alice@example.org', 'wrong')).toBe('MISMATCH');
  expect(await logIn('ghost@example.org', 'first secret')).toBe('NOUSER');
  expect(await logIn('bob@example.org', 'first secret')).toBe('MISMATCH');
});

describe('a change made in psql is live everywhere', () => {
  const becomes = (request: string, reply: string) =>
    expect.poll(() => ask(request), { interval: 20 }).toBe(reply);

  test('a new alias, though its absence was remembered', async () => {
    expect(await ask('virtual_alias_maps new@example.org')).toBe('NOTFOUND ');
    await sql(
      "insert into unified.email_aliases (alias_email, destination_email) values ('new@example.org', 'bob@example.org')",
    );
    await becomes('virtual_alias_maps new@example.org', 'OK bob@example.org');
  });

  test('a removed alias', async () => {
    await sql("delete from unified.email_aliases where alias_email = 'new@example.org'");
    await becomes('virtual_alias_maps new@example.org', 'NOTFOUND ');
  });

  test('a lock, for mail, for sending, for aliases to it and for logins', async () => {
    expect(await ask('virtual_mailbox_maps alice@example.org')).toBe('OK example.org/alice/');
    await sql("update unified.users set is_locked = true where email = 'alice@example.org'");
    await becomes('virtual_mailbox_maps alice@example.org', 'NOTFOUND ');
    await becomes('smtpd_sender_login_maps sales@example.org', 'NOTFOUND ');
    await becomes('virtual_alias_maps sales@example.org', 'OK bob@elsewhere.net');
    expect(await logIn('alice@example.org', 'first secret')).toBe('DISABLED');
    await sql("update unified.users set is_locked = false where email = 'alice@example.org'");
    await becomes('virtual_mailbox_maps alice@example.org', 'OK example.org/alice/');
  });

  test('a changed password: the old one is dead, though it was remembered', async () => {
    expect(await logIn('alice@example.org', 'first secret')).toBe('OK');
    await setPassword('alice@example.org', 'second secret');
    await expect.poll(() => logIn('alice@example.org', 'second secret')).toBe('OK');
    expect(await logIn('alice@example.org', 'first secret')).toBe('MISMATCH');
  });

  test('a domain that is switched off', async () => {
    await sql("update unified.mail_domains set is_active = false where domain = 'example.org'");
    await becomes('virtual_mailbox_domains example.org', 'NOTFOUND ');
    await becomes('virtual_mailbox_maps alice@example.org', 'NOTFOUND ');
    await becomes('virtual_mailbox_domains old.example', 'NOTFOUND ');
    await sql("update unified.mail_domains set is_active = true where domain = 'example.org'");
    await becomes('virtual_mailbox_maps alice@example.org', 'OK example.org/alice/');
  });

  test('an alias that expires by the clock alone', async () => {
    await sql(`insert into unified.email_aliases (alias_email, destination_email, expires_at)
      values ('soon@example.org', 'bob@example.org', now() + interval '5 seconds')`);
    await becomes('virtual_alias_maps soon@example.org', 'OK bob@example.org');
    await becomes('virtual_alias_maps soon@example.org', 'NOTFOUND ');
  });

  test('who may send as an alias and by a grant, when his no_email role ends by the clock alone', async () => {
    await sql(
      `insert into unified.sender_grants (user_id, sender) select id, '@granted.example' from unified.users where email = 'bob@example.org'`,
    );
    await sql(`insert into unified.email_aliases (alias_email, destination_email)
      values ('bobs@example.org', 'bob@example.org')`);
    await sql(`insert into unified.user_roles (user_id, role_name, expires_at)
      select id, 'no_email', now() + interval '5 seconds' from unified.users where email = 'bob@example.org'`);
    await becomes('smtpd_sender_login_maps bobs@example.org', 'NOTFOUND ');
    await becomes('smtpd_sender_login_maps x@granted.example', 'NOTFOUND ');
    await becomes('smtpd_sender_login_maps bobs@example.org', 'OK bob@example.org');
    await becomes('smtpd_sender_login_maps x@granted.example', 'OK bob@example.org');
  });
});

test('however many clients ask, PostgreSQL sees at most four connections', async () => {
  const clients = Array.from({ length: 200 }, () => socketmapClient(daemon.socketmap));
  await Promise.all(clients.map((client, n) => client.ask(`virtual_mailbox_maps user${n}@example.org`)));
  const { rows } = await sql(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
  );
  expect(rows[0].n).toBeLessThanOrEqual(4);
  for (const client of clients) client.end();
});
