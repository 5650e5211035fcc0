/* Least privilege. Roles belong to a whole server, so these tests have one of their own. */

import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MigrationStep, migrateDown, migrateUp } from '../../../src/database/migrate.ts';
import { readSqlFiles } from '../../../src/database/migrate-files.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  await as(
    null,
    `insert into unified.mail_domains (domain) values ('example.org');
    insert into unified.users (email) values ('alice@example.org');
    insert into unified.user_passwords (user_id, password_hash) values (1, 'x')`,
  );
});
afterAll(() => server.stop());

const as = (role: string | null, sql: string): Promise<pg.QueryResult> =>
  withClient(server.url, async (client) => {
    if (role) await client.query(`set role ${role}`);
    return client.query(sql);
  });

const outcome = (role: string, sql: string): Promise<string> =>
  as(role, sql).then(
    () => 'done',
    (error: Error) => (/permission denied/u.test(error.message) ? 'denied' : error.message),
  );

/** What servers ask with one key to answer by it; nothing for people, and nothing that lists. */
const LOOKUP_VIEWS = [
  ...[
    'apache_auth',
    'dovecot_auth',
    'dovecot_iterate',
    'dovecot_users',
    'powerdns_domains',
    'powerdns_records',
  ],
  ...['lookup_addresses', 'lookup_domains', 'lookup_entries', 'lookup_logins', 'lookup_senders'],
  ...['postfix_relay_domains', 'postfix_relay_recipient_maps', 'postfix_smtpd_sender_login_maps'],
  ...['postfix_transport_maps', 'postfix_virtual_alias_maps'],
  ...['postfix_virtual_mailbox_domains', 'postfix_virtual_mailbox_maps'],
];
/** What the daemon works on besides. */
const DAEMON_VIEWS = [
  ...[
    'domain_quota_status',
    'lookup_access',
    'lookup_client_access',
    'lookup_credentials',
    'lookup_greylist',
  ],
  ...['lookup_quotas', 'lookup_rate_limits', 'mailbox_event_queue', 'quota_status', 'session_revocations'],
];
/** Passwords and secrets in clear text, and where private keys lie: nobody else's. */
const SECRET_VIEWS = [
  ...['lookup_certificates', 'lookup_salt_secret', 'lookup_salts', 'lookup_secret_entries'],
  'lookup_srs_secrets',
];
const PEOPLES_VIEWS = [
  ...['audit_summary', 'certificate_file_status', 'certificate_status', 'dns_zone_records'],
  ...['mail_aliases', 'mail_map_entries', 'mail_rights', 'service_certificate_status'],
];

describe('each role reads its views and no other:', () => {
  test.each([
    ['dovetail_lookup', LOOKUP_VIEWS],
    ['dovetail_daemon', [...LOOKUP_VIEWS, ...DAEMON_VIEWS, ...SECRET_VIEWS]],
    ['dovetail_admin', [...LOOKUP_VIEWS, ...DAEMON_VIEWS, ...PEOPLES_VIEWS]],
  ])('%s', async (role, readable) => {
    const { views } = await readSqlFiles();
    const read: string[] = [];
    for (const { name } of views)
      if ((await outcome(role, `select * from unified.${name}`)) === 'done') read.push(name);
    expect(read.sort()).toEqual(readable.toSorted());
  });

  test('whatever dovetail_lookup may read at all is one of them', async () => {
    const { rows } = await as(
      null,
      `select c.oid::regclass::text as name
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname in ('unified', 'dovetail', 'public')
         and has_any_column_privilege('dovetail_lookup', c.oid, 'select, insert, update')`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(LOOKUP_VIEWS.map((name) => `unified.${name}`).sort());
  });

  test.each([
    ['dovetail_lookup', 'denied'],
    ['dovetail_daemon', 'done'],
    ['dovetail_admin', 'done'],
  ])('the ledger, by %s: %s', async (role, expected) => {
    expect(await outcome(role, 'select * from dovetail.migrations')).toBe(expected);
    expect(await outcome(role, 'select * from dovetail.views')).toBe(expected);
  });
});

describe('dovetail_lookup', () => {
  test.each([
    ['a table', 'select from unified.users'],
    ['passwords', 'select from unified.user_passwords'],
    ['the audit trail', 'select from unified.audit_log'],
    ['a write', 'delete from unified.users'],
    ['a function that records', `select unified.record_event('x', 'alice@example.org', '{}')`],
    ['a flush of every cache', 'select unified.announce_everything()'],
    ['another hash', `select unified.rehash_password(1, '{ARGON2ID}x', 'ARGON2ID', 'y')`],
  ])('is denied %s', async (_, sql) => {
    expect(await outcome('dovetail_lookup', sql)).toBe('denied');
  });
});

describe('dovetail_daemon', () => {
  test.each([
    ['lookups', 'select * from unified.lookup_addresses'],
    ['logins', `select unified.record_logins('{1}', '{now}')`],
    [
      'the same password under another scheme',
      `select unified.rehash_password(1, '{ARGON2ID}x', 'ARGON2ID', 'x')`,
    ],
    ['failed logins', `select unified.record_failed_logins('{1,1,99}', '{now,now,now}')`],
    ['usage', `select unified.record_usage('{alice@example.org}', '{storage}', '{5}')`],
    ['events', `select unified.record_event('quota_warning', 'alice@example.org', '{}')`],
    [
      'audit entries',
      `select unified.record_audit('[{"service": "imap", "action": "login", "user_id": 1, "ip_address": "192.0.2.1"}]')`,
    ],
    ['months of the audit trail', 'select unified.create_audit_partitions()'],
    ['what greylisting has seen', `select unified.record_greylist('[]')`],
    ['that it forgets what has ended', 'select unified.purge_greylist(1000)'],
  ])('records %s', async (_, sql) => {
    expect(await outcome('dovetail_daemon', sql)).toBe('done');
  });

  test.each([
    ['accounts', `update unified.users set is_locked = true`],
    ['the audit trail', 'delete from unified.audit_log'],
    ['its retention', 'select unified.drop_audit_partitions(1)'],
    ['block and allow lists', 'delete from unified.access_entries'],
  ])('may not touch %s', async (_, sql) => {
    expect(await outcome('dovetail_daemon', sql)).toBe('denied');
  });

  test('what it recorded is there', async () => {
    const { rows } = await as(
      null,
      `select last_login_at is not null as in, failed_login_attempts as failed,
      (select current_usage::int from unified.user_quotas) as usage,
      (select count(*)::int from unified.audit_log) as audited,
      (select count(*)::int from unified.mailbox_events where event_type = 'quota_warning' and user_id = 1) as warned
      from unified.users`,
    );
    expect(rows).toEqual([{ in: true, failed: 2, usage: 5, audited: 2, warned: 1 }]);
  });
});

describe('the secret of the salts for nobody', () => {
  test('is one, and no other beside it', async () => {
    const { rows } = await as(null, 'select octet_length(secret) as size from unified.salt_secrets');
    expect(rows).toEqual([{ size: 32 }]);
    const another = (isOnly: boolean) =>
      as(null, `insert into unified.salt_secrets (is_only, secret) values (${isOnly}, sha256('x'))`);
    await expect(another(true)).rejects.toThrow('salt_secrets_is_only_unique');
    await expect(another(false)).rejects.toThrow('salt_secrets_is_only_true');
  });

  test.each(['dovetail_lookup', 'dovetail_daemon', 'dovetail_admin'])(
    'is not touched by %s',
    async (role) => {
      expect(await outcome(role, 'select secret from unified.salt_secrets')).toBe('denied');
      expect(await outcome(role, `update unified.salt_secrets set secret = sha256('x')`)).toBe('denied');
      expect(await outcome(role, 'delete from unified.salt_secrets')).toBe('denied');
      expect(await outcome(role, `insert into unified.salt_secrets (secret) values (sha256('x'))`)).toBe(
        'denied',
      );
    },
  );
});

describe('dovetail_admin', () => {
  test('changes accounts, and its changes leave their events', async () => {
    expect(
      await outcome(
        'dovetail_admin',
        `update unified.users set is_locked = true; update unified.users set is_locked = false`,
      ),
    ).toBe('done');
    expect(
      await outcome(
        'dovetail_admin',
        `insert into unified.email_aliases (alias_email, destination_email) values ('a@example.org', 'alice@example.org')`,
      ),
    ).toBe('done');
    expect(
      await outcome(
        'dovetail_admin',
        `insert into unified.dns_zones (domain, primary_ns, admin_email) values ('z.example', 'ns.z.example', 'h@z.example');
      insert into unified.dns_records (domain, record_type, value) values ('z.example', 'A', '192.0.2.1')`,
      ),
    ).toBe('done');
    const { rows } = await as(
      null,
      `select event_type from unified.mailbox_events where event_type in ('locked', 'unlocked', 'alias_changed') order by id`,
    );
    expect(rows).toEqual([
      { event_type: 'locked' },
      { event_type: 'unlocked' },
      { event_type: 'alias_changed' },
    ]);
  });

  test('enters passwords of relay hosts, and reads none', async () => {
    const enter = `insert into unified.map_entries (map, key, value) values ('smtp_sasl_password_maps', 'mx.example', 'a:b')`;
    expect(await outcome('dovetail_admin', enter)).toBe('done');
    expect(await outcome('dovetail_admin', 'select value from unified.map_entries')).toBe('denied');
    expect(await outcome('dovetail_admin', 'select * from unified.lookup_secret_entries')).toBe('denied');
    const { rows } = await as('dovetail_admin', 'select key, value from unified.mail_map_entries');
    expect(rows).toEqual([{ key: 'mx.example', value: null }]);
    // In another map everybody may read it.
    const moved = `update unified.map_entries set map = 'relocated_maps' where key = 'mx.example'`;
    expect(await outcome('dovetail_admin', moved)).toBe('denied');
    const changed = `update unified.map_entries set value = 'a:c', description = 'new' where key = 'mx.example'`;
    expect(await outcome('dovetail_admin', changed)).toBe('done');
  });

  test('the audit trail only grows: it adds, and neither changes nor removes', async () => {
    expect(
      await outcome(
        'dovetail_admin',
        `insert into unified.audit_log (service, action) values ('cli', 'user.set')`,
      ),
    ).toBe('done');
    expect(await outcome('dovetail_admin', `update unified.audit_log set action = 'x'`)).toBe('denied');
    expect(await outcome('dovetail_admin', 'delete from unified.audit_log')).toBe('denied');
    expect(
      await outcome('dovetail_admin', 'insert into unified.mailbox_events (event_type) values (1)'),
    ).toBe('denied');
  });
});

test('nobody at large may run a function', async () => {
  const { rows } = await as(
    null,
    `
    select p.oid::regprocedure::text as name
    from pg_proc p
    where p.pronamespace = 'unified'::regnamespace
      and p.prorettype <> 'trigger'::regtype
      and has_function_privilege('public', p.oid, 'execute')`,
  );
  expect(rows).toEqual([]);
});

test('down to nothing takes the roles too, where nobody else uses them', async () => {
  await migrateDown({ url: server.url, to: 0 });
  const { rows } = await as(null, `select rolname from pg_roles where rolname like 'dovetail_%'`);
  expect(rows).toEqual([]);
});

test('an owner who may not create roles is told so, and all else is there', async () => {
  await as(null, 'create role owner login');
  await as(null, 'create database owned owner owner');
  const url = new URL(server.url);
  url.pathname = '/owned';
  url.username = 'owner';
  const notices: string[] = [];
  const onProgress = (step: MigrationStep) => void (step.kind === 'notice' && notices.push(step.text));
  await migrateUp({ url: url.href, onProgress });
  expect(notices).toContain('role dovetail_lookup is skipped: owner may not create roles');
  expect(notices).toContain('nothing granted to dovetail_lookup: there is no such role');
  expect(
    await withClient(url.href, async (c) => (await c.query('select from unified.dovecot_auth')).rowCount),
  ).toBe(0);
});
