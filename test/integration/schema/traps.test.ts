/* Each trap of the first version of this schema, and the remedy without which its test fails. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
beforeEach(() => schema.clear());
afterAll(() => schema.close());

const addUser = async (email: string): Promise<number> => {
  const [id] = await schema.values<number>('insert into unified.users (email) values ($1) returning id', [
    email,
  ]);
  return id as number;
};

const addPassword = (userId: number, rest = 'null') =>
  schema.rows(
    `insert into unified.user_passwords (user_id, password_hash, expires_at) values ($1, '$argon2id$x', ${rest})`,
    [userId],
  );

const addAlias = (alias: string, ...destinations: string[]) =>
  schema.rows(
    'insert into unified.email_aliases (alias_email, destination_email) select $1, unnest($2::text[])',
    [alias, destinations],
  );

describe('deletions succeed and leave their event, with the old id in its data', () => {
  test('of a user with everything that a user can have', async () => {
    const id = await addUser('alice@example.org');
    await addPassword(id);
    await schema.rows('insert into unified.user_roles (user_id, role_name, granted_by) values ($1, $2, $1)', [
      id,
      'admin',
    ]);
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_value, quota_unit) values ($1, 1, 'GB')`,
      [id],
    );
    await schema.rows(
      `insert into unified.email_aliases (user_id, alias_email, destination_email, is_primary)
       values ($1, 'al@example.org', 'alice@example.org', true)`,
      [id],
    );
    await schema.rows('insert into unified.sender_grants (user_id, sender) values ($1, $2)', [
      id,
      'boss@example.org',
    ]);
    await schema.rows(
      `insert into unified.certificates (domain, certificate_type, created_by) values ('mail.example.org', 'manual', $1)`,
      [id],
    );
    await schema.rows('delete from unified.users where id = $1', [id]);
    expect(
      await schema.rows(`select event_data, email from unified.mailbox_events where event_type = 'deleted'`),
    ).toEqual([
      { email: 'alice@example.org', event_data: { user_id: Number(id), mailbox_format: 'maildir' } },
    ]);
  });

  test('of a certificate with files, renewals and notifications', async () => {
    const [id] = await schema.values<number>(
      `insert into unified.certificates (domain, certificate_type) values ('mail.example.org', 'manual') returning id`,
    );
    await schema.rows(
      `insert into unified.certificate_files (certificate_id, file_type, file_path) values ($1, 'chain', 'a.pem')`,
      [id],
    );
    await schema.rows('insert into unified.certificate_renewals (certificate_id) values ($1)', [id]);
    await schema.rows('delete from unified.certificates where id = $1', [id]);
    const left = await schema.rows(
      `select notification_type, certificate_id, notification_data ->> 'certificate_id' as old
       from unified.certificate_notifications order by id`,
    );
    expect(left).toEqual([
      { notification_type: 'created', certificate_id: null, old: String(id) },
      { notification_type: 'deleted', certificate_id: null, old: String(id) },
    ]);
  });

  test('the granter goes, the role and his name stay', async () => {
    const admin = await addUser('admin@example.org');
    const alice = await addUser('alice@example.org');
    await schema.rows('insert into unified.user_roles (user_id, role_name, granted_by) values ($1, $2, $3)', [
      alice,
      'admin',
      admin,
    ]);
    await schema.rows('delete from unified.users where id = $1', [admin]);
    expect(await schema.rows('select granted_by, granted_by_username from unified.user_roles')).toEqual([
      { granted_by: null, granted_by_username: 'admin@example.org' },
    ]);
  });
});

describe('a change from or to null is a change', () => {
  test.each([
    ['a name is given', 'first_name = null', `first_name = 'Alice'`, 'first_name'],
    ['a name is taken away', `first_name = 'Alice'`, 'first_name = null', 'first_name'],
  ])('%s: an event', async (_, before, after, column) => {
    const id = await addUser('alice@example.org');
    await schema.rows(`update unified.users set ${before} where id = $1`, [id]);
    await schema.rows('delete from unified.mailbox_events');
    await schema.rows(`update unified.users set ${after} where id = $1`, [id]);
    expect(await schema.values(`select event_data -> 'changed' from unified.mailbox_events`)).toEqual([
      [column],
    ]);
  });

  test('a password gets an end: every daemon hears it', async () => {
    const id = await addUser('alice@example.org');
    await addPassword(id);
    const heard = await schema.announced('dovetail_changes', () =>
      schema.rows('update unified.user_passwords set expires_at = now()'),
    );
    expect(heard).toEqual(['alice@example.org']);
  });
});

describe('notifications', () => {
  test('keys of any length fit: no payload reaches 8,000 bytes, and the change goes through', async () => {
    const long = (i: number) => `${'x'.repeat(150)}${i}.${'y'.repeat(140)}@example.org`;
    const heard = await schema.announced('dovetail_changes', () =>
      addAlias(long(0), ...Array.from({ length: 3 }, (_, i) => `d${i}@example.net`)).then(() =>
        schema.rows(
          `insert into unified.email_aliases (alias_email, destination_email)
           select repeat('x', 150) || i || '.' || repeat('y', 140) || '@example.org', 'a@example.net'
           from generate_series(1, 400) i`,
        ),
      ),
    );
    expect(heard.length).toBeGreaterThan(10);
    expect(Math.max(...heard.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8000);
    expect(heard.flatMap((payload) => payload.split('\n'))).toHaveLength(401);
  });

  test('a notification that fails does not fail the change', async () => {
    const warnings: string[] = [];
    schema.client.on('notice', ({ message }) => void warnings.push(message ?? ''));
    // pg_notify, broken.
    await schema.rows(`create schema broken`);
    await schema.rows(
      `create function broken.pg_notify(text, text) returns void language plpgsql as $$ begin raise 'no'; end $$`,
    );
    await schema.rows(`alter function unified.try_notify(text, text) set search_path = broken, pg_catalog`);
    await addUser('alice@example.org');
    await schema.rows(`alter function unified.try_notify(text, text) set search_path = pg_catalog, pg_temp`);
    expect(warnings).toContain('nobody is told of this change: no');
    expect(await schema.values('select email from unified.users')).toEqual(['alice@example.org']);
  });

  test('100,000 new users are one flush and one word of events, not 100,000', async () => {
    const heard: Record<string, string[]> = {};
    heard.events = await schema.announced('dovetail_events', async () => {
      heard.changes = await schema.announced('dovetail_changes', () =>
        schema.rows(
          `insert into unified.users (email) select 'u' || i || '@example.org' from generate_series(1, 100000) i`,
        ),
      );
    });
    expect(heard).toEqual({ changes: ['*'], events: [''] });
    expect(
      await schema.values(`select count(*)::int from unified.mailbox_events where event_type = 'created'`),
    ).toEqual([100_000]);
  });

  // 180 users with three rows each, stored user by user: the first rows are of few users only.
  const threeEach = (columns: string, services: string) =>
    `(user_id, service, ${columns}) select u.id, s.service, `.concat(
      `%s from unified.users u cross join unnest('{${services}}'::text[]) as s (service) order by u.id`,
    );
  test.each([
    [
      'user_passwords',
      threeEach('password_hash', 'imap,pop3,smtp').replace('%s', `'x'`),
      'must_change_on_next_login = true',
    ],
    ['user_roles', threeEach('role_name', 'imap,pop3,smtp').replace('%s', `'no_email'`), 'is_active = false'],
    ['user_quotas', threeEach('quota_value', 'dovecot,webdav,samba').replace('%s', '5'), 'quota_value = 6'],
  ])('a bulk change of %s tells of every user, though each has several rows', async (table, rows, change) => {
    await schema.rows(
      `insert into unified.users (username, email) select 'n' || i, 'u' || i || '@example.org' from generate_series(1, 180) i`,
    );
    const heard = async (sql: string) => {
      const payloads = await schema.announced('dovetail_changes', () => schema.rows(sql));
      const keys = payloads.flatMap((payload) => payload.split('\n'));
      return keys.includes('*') || new Set(keys).size;
    };
    expect(await heard(`insert into unified.${table} ${rows}`)).toBeOneOf([true, 360]);
    expect(await heard(`update unified.${table} set ${change}`)).toBeOneOf([true, 360]);
    expect(await heard(`delete from unified.${table}`)).toBeOneOf([true, 360]);
  });

  test('many small changes in one transaction become one flush too', async () => {
    const heard = await schema.announced('dovetail_changes', () =>
      schema.rows(`do $$ begin for i in 1..2000 loop
        insert into unified.users (email) values ('u' || i || '@example.org'); end loop; end $$`),
    );
    expect(heard.at(-1)).toBe('*');
    expect(heard.length).toBeLessThan(502);
  });
});

describe('whatever denies, denies in every view', () => {
  const denials: Record<string, string> = {
    is_locked: 'update unified.users set is_locked = true',
    'not is_active': 'update unified.users set is_active = false',
    'a no_email role': `insert into unified.user_roles (user_id, role_name) select id, 'no_email' from unified.users`,
    'a no_email role of one service': `insert into unified.user_roles (user_id, role_name, service) select id, 'no_email', 'imap' from unified.users`,
    'a no_email role that ends later': `insert into unified.user_roles (user_id, role_name, expires_at) select id, 'no_email', now() + '1 day' from unified.users`,
    'an inactive domain': 'update unified.mail_domains set is_active = false',
  };
  const views: Record<string, string> = {
    dovecot_auth: `select from unified.dovecot_auth where username = 'alice@example.org'`,
    dovecot_users: `select from unified.dovecot_users where username = 'alice@example.org'`,
    postfix_virtual_mailbox_maps: `select from unified.postfix_virtual_mailbox_maps where address = 'alice@example.org'`,
    postfix_smtpd_sender_login_maps: `select from unified.postfix_smtpd_sender_login_maps where login = 'alice@example.org'`,
    apache_auth: `select from unified.apache_auth where username = 'alice@example.org'`,
    'lookup_logins (usable)': `select from unified.lookup_logins where username = 'alice@example.org' and is_usable`,
    'lookup_addresses (usable mailbox)': `select from unified.lookup_addresses where kind = 'mailbox' and is_usable`,
    'lookup_senders (usable)': `select from unified.lookup_senders where is_usable`,
  };
  const rowsOf = async () => {
    const seen: Record<string, boolean> = {};
    for (const [name, sql] of Object.entries(views)) seen[name] = (await schema.rows(sql)).length > 0;
    return seen;
  };
  const everywhere = (there: boolean) => Object.fromEntries(Object.keys(views).map((name) => [name, there]));

  beforeEach(async () => {
    const id = await addUser('alice@example.org');
    await addPassword(id);
    await schema.rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash) values ($1, 'apache', 'BLF-CRYPT', '$2y$05$x')`,
      [id],
    );
    await addAlias('sales@example.org', 'alice@example.org');
    await schema.rows('insert into unified.sender_grants (user_id, sender) values ($1, $2)', [
      id,
      'boss@example.org',
    ]);
  });

  test('nothing denies: every view has the user', async () => {
    expect(await rowsOf()).toEqual(everywhere(true));
  });

  test.each(Object.entries(denials))('%s', async (_, deny) => {
    await schema.rows(deny);
    expect(await rowsOf()).toEqual(everywhere(false));
  });

  test.each([
    ['a no_email role that has ended', `'no_email', 'global', true, now() - interval '1 second'`],
    ['a no_email role that is switched off', `'no_email', 'global', false, null`],
    ['another role', `'readonly', 'global', true, null`],
  ])('%s denies nothing', async (_, role) => {
    await schema.rows(
      `insert into unified.user_roles (user_id, role_name, service, is_active, expires_at) select id, ${role} from unified.users`,
    );
    expect(await rowsOf()).toEqual(everywhere(true));
  });

  test('an expired password opens nothing, and the mailbox stays', async () => {
    await schema.rows(`update unified.user_passwords set expires_at = now() - interval '1 second'`);
    expect(await rowsOf()).toEqual({ ...everywhere(true), dovecot_auth: false, apache_auth: false });
  });
});

describe('expiry is in the WHERE, not only in a column', () => {
  test.each([
    [
      'a role of apache_auth',
      `insert into unified.user_roles (user_id, role_name, expires_at) select id, 'admin', now() - interval '1 s' from unified.users`,
      `select role from unified.apache_auth where role = 'admin'`,
    ],
    [
      'an alias',
      `insert into unified.email_aliases (alias_email, destination_email, expires_at) values ('a@example.org', 'b@example.net', now() - interval '1 s')`,
      `select from unified.postfix_virtual_alias_maps where address = 'a@example.org'`,
    ],
    [
      'a sender grant',
      `insert into unified.sender_grants (user_id, sender, expires_at) select id, 'a@example.org', now() - interval '1 s' from unified.users`,
      `select from unified.postfix_smtpd_sender_login_maps where sender = 'a@example.org'`,
    ],
  ])('%s', async (_, insert, select) => {
    const id = await addUser('alice@example.org');
    await schema.rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash) values ($1, 'apache', 'BLF-CRYPT', '$2y$05$x')`,
      [id],
    );
    await schema.rows(insert);
    expect(await schema.rows(select)).toEqual([]);
    await schema.rows(`update unified.user_roles set expires_at = now() + interval '1 day'`);
    await schema.rows(`update unified.email_aliases set expires_at = now() + interval '1 day'`);
    await schema.rows(`update unified.sender_grants set expires_at = now() + interval '1 day'`);
    expect(await schema.rows(select)).toHaveLength(1);
  });
});

describe('quotas', () => {
  test.each([
    ['bytes', 'storage', 1],
    ['KB', 'storage', 1024],
    ['MB', 'storage', 1024 ** 2],
    ['GB', 'storage', 1024 ** 3],
    ['TB', 'storage', 1024 ** 4],
    ['count', 'messages', 1],
    ['per_hour', 'connections', 1],
    ['per_day', 'connections', 1],
  ])('a quota of 1 %s of %s is %d base units', async (unit, type, base) => {
    const id = await addUser('alice@example.org');
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_type, quota_value, quota_unit, current_usage) values ($1, $2, 1, $3, 0.5)`,
      [id, type, unit],
    );
    expect(
      await schema.rows(
        `select "limit", percent::float, is_exceeded from unified.quota_status where quota_type = $1`,
        [type],
      ),
    ).toEqual([{ limit: String(base), percent: base === 1 ? 100 : 50, is_exceeded: base === 1 }]);
  });

  test('1 GB reaches Dovecot as 1073741824 bytes', async () => {
    const id = await addUser('alice@example.org');
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_value, quota_unit) values ($1, 1, 'GB')`,
      [id],
    );
    expect(await schema.values('select quota_bytes from unified.dovecot_users')).toEqual(['1073741824']);
  });
});

describe('aliases', () => {
  test('an alias may have three members', async () => {
    await addAlias('team@example.org', 'a@example.org', 'b@example.org', 'c@example.net');
    expect(
      await schema.values(
        `select destination from unified.postfix_virtual_alias_maps where address = 'team@example.org' order by 1`,
      ),
    ).toEqual(['a@example.org', 'b@example.org', 'c@example.net']);
  });

  test('a catch-all swallows no mailbox: it leads to itself', async () => {
    await addUser('alice@example.org');
    await addUser('bob@example.org');
    await addAlias('@example.org', 'bob@example.org');
    const destinations = (address: string) =>
      schema.values('select destination from unified.postfix_virtual_alias_maps where address = $1', [
        address,
      ]);
    expect(await destinations('alice@example.org')).toEqual(['alice@example.org']);
    expect(await destinations('@example.org')).toEqual(['bob@example.org']);
  });
});

// The plan of a trigger's query is made when its first statement changes a row or two, and kept: as a nested loop
// it would compare each of ten thousand rows with each of ten thousand.
test('no trigger on what the daemon writes in batches compares each old row with each new one', async () => {
  const looping = await schema.values<string>(
    `select distinct tgrelid::regclass || ': ' || proname
     from pg_trigger
     join pg_proc on pg_proc.oid = tgfoid
     where tgrelid in ('unified.users'::regclass, 'unified.user_passwords'::regclass, 'unified.user_quotas'::regclass)
       and prosrc ~ 'old_rows[^;]*join new_rows'
       and not coalesce(proconfig, '{}') @> '{enable_nestloop=off}'`,
  );
  expect(looping).toEqual([]);
});
