/* Every lookup of every service view, asked as its users ask, is a matter of indexes on 100,000 rows. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userPage } from '../../../src/database/logins.ts';
import { readSqlFiles } from '../../../src/database/migrate-files.ts';
import { newestRevocation, REVOCATIONS_PAGE, revocations } from '../../../src/database/revocations.ts';
import { createSchema, type Schema } from '../../support/schema.ts';

const FILL = `
  insert into unified.mail_domains (domain) select 'd' || i || '.example' from generate_series(0, 99999) i;
  insert into unified.mail_domains (domain, domain_type, target_domain)
    select 'a' || i || '.example', 'alias', 'd' || i || '.example' from generate_series(0, 999) i;
  insert into unified.mail_domains (domain, domain_type, transport)
    select 'r' || i || '.example', 'relay', 'smtp:[10.0.0.1]' from generate_series(0, 999) i;
  set session_replication_role = replica;
  insert into unified.users (username, email, home_directory)
    select case when i % 10 = 0 then 'u' || i else email end, email, '/var/mail/' || i
    from (select i, 'u' || i || '@d' || i % 1000 || '.example' as email from generate_series(1, 100000) i) u;
  insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
    select id, unnest(array['dovecot', 'imap', 'apache']), 'BLF-CRYPT', '$2y$05$x' from unified.users;
  insert into unified.user_quotas (user_id, quota_value, quota_unit) select id, 1, 'GB' from unified.users;
  insert into unified.user_roles (user_id, role_name) select id, unnest(array['user', 'admin']) from unified.users;
  insert into unified.user_roles (user_id, role_name) select id, 'no_email' from unified.users where id % 100 = 0;
  insert into unified.email_aliases (alias_email, destination_email, is_catch_all, user_id)
    select 'a' || id || '@' || domain, email, false, id from unified.users;
  insert into unified.email_aliases (alias_email, destination_email, is_catch_all)
    select '@d' || i || '.example', 'x@elsewhere.example', true from generate_series(0, 99) i;
  insert into unified.sender_grants (user_id, sender) select id, 'g' || id || '@elsewhere.example' from unified.users;
  insert into unified.manager_grants (user_id, address) select id, 'g' || id || '@elsewhere.example' from unified.users;
  insert into unified.map_entries (map, key, value)
    select map, email, 'x' from unified.users, unnest(array['canonical_maps', 'smtp_sasl_password_maps']) map;
  insert into unified.access_entries (user_id, side, pattern, verdict)
    select id, 'sender', 's' || id || '@elsewhere.example', 'block' from unified.users;
  insert into unified.access_entries (side, pattern, verdict)
    select 'client', format('10.%s.%s.0/24', i / 250, i % 250), 'block' from generate_series(1, 50000) i;
  insert into unified.greylist_entries (key, kind, sender, first_seen_at, seen_at, expires_at)
    select md5(i::text)::uuid, 'correspondent', 's' || i || '@elsewhere.example', now(), now(),
           now() + interval '1 minute' * i from generate_series(1, 100000) i;
  insert into unified.rate_limits (user_id, counter, window_seconds) select id, 'messages', 60 from unified.users;
  insert into unified.app_password_rules (user_id) select id from unified.users where id % 2 = 0;
  insert into unified.mailbox_events (event_type, user_id, processed, processed_at)
    select 'updated', i, true, now() from generate_series(1, 20000) i;
  insert into unified.mailbox_events (event_type, user_id) select 'updated', i from generate_series(1, 5000) i;
  insert into unified.mailbox_events (event_type, user_id, username, email, event_data)
    select 'password_changed', id, username, email, '{"change": "changed"}' from unified.users where id % 5 = 0;
  insert into unified.audit_log (service, action, user_id, created_at)
    select 'dovecot', 'login', i, now() - i * interval '1 minute' from generate_series(1, 20000) i;
  insert into unified.certificates (domain, certificate_type, not_after, private_key_path, fullchain_path)
    select 'm' || i || '.example', 'letsencrypt', now() + i * interval '1 minute', 'a', 'b' from generate_series(1, 100000) i;
  insert into unified.certificate_files (certificate_id, file_type, file_path)
    select id, 'fullchain', 'a' from unified.certificates;
  insert into unified.certificate_renewals (certificate_id) select id from unified.certificates;
  insert into unified.service_certificates (service_name, domain)
    select 'dovecot', 'm' || i || '.example' from generate_series(1, 100000) i;
  insert into unified.dns_zones (domain, primary_ns, admin_email)
    select 'd' || i || '.example', 'ns.d.example', 'h@d.example' from generate_series(1, 100000) i;
  insert into unified.dns_records (domain, name, record_type, value)
    select domain, 'www', 'A', '192.0.2.1' from unified.dns_zones;
  set session_replication_role = origin;
  analyze`;

/** View → column asked for → keys. Postfix and Dovecot ask for one, the daemon for many. */
const LOOKUPS: Record<string, readonly [column: string, ...keys: string[]][]> = {
  mail_user_states: [
    ['email', 'u1@d1.example'],
    ['username', 'u10'],
    ['user_id', '5'],
  ],
  mail_users: [
    ['email', 'u1@d1.example'],
    ['username', 'u10'],
    ['user_id', '5'],
  ],
  mail_logins: [
    ['name', 'u10', 'u1@d1.example'],
    ['user_id', '5'],
  ],
  mail_passwords: [
    ['username', 'u10', 'u1@d1.example'],
    ['user_id', '5'],
  ],
  mail_alias_states: [['alias_email', 'a1@d1.example', '@d1.example']],
  mail_sender_logins: [['sender', 'u1@d1.example', '@d1.example']],
  lookup_addresses: [['address', 'u1@d1.example', 'a2@d2.example', '@d1.example', 'none@d1.example']],
  lookup_access: [['key', 'sender s1@elsewhere.example', 'sender @elsewhere.example']],
  lookup_client_access: [],
  lookup_greylist: [['key', 'c4ca4238-a0b9-2382-0dcc-509a6f75849b']],
  lookup_rate_limits: [['username', 'u10', 'u1@d1.example', '']],
  lookup_senders: [['sender', 'u1@d1.example', 'a2@d2.example', '@d1.example', 'none@d1.example']],
  lookup_domains: [['domain', 'd1.example', 'a1.example', 'r1.example', 'none.example']],
  lookup_entries: [['key', 'u1@d1.example', 'x@r1.example', '@r1.example', 'r1.example', 'none.example']],
  lookup_secret_entries: [['key', 'u1@d1.example', 'none.example']],
  lookup_srs_secrets: [],
  lookup_salt_secret: [],
  lookup_certificates: [],
  mail_map_entries: [['key', 'u1@d1.example']],
  mail_rights: [
    ['address', 'u1@d1.example', '@d1.example'],
    ['login', 'u10'],
  ],
  lookup_logins: [['username', 'u10', 'u1@d1.example']],
  lookup_quotas: [['address', 'u1@d1.example', 'none@d1.example']],
  domain_quota_status: [['domain', 'd1.example']],
  lookup_credentials: [['username', 'u10', 'u10@d10.example', 'u1@d1.example']],
  lookup_salts: [['username', 'u10', 'u10@d10.example', 'u1@d1.example']],
  dovecot_auth: [['username', 'u10', 'u10@d10.example', 'u1@d1.example']],
  dovecot_users: [['username', 'u10', 'u10@d10.example', 'u1@d1.example']],
  dovecot_iterate: [['user', 'u10']],
  postfix_virtual_mailbox_domains: [['domain', 'd1.example']],
  postfix_virtual_mailbox_maps: [['address', 'u1@d1.example']],
  postfix_virtual_alias_maps: [['address', 'u1@d1.example', '@d1.example', 'a1@d1.example', '@a1.example']],
  postfix_smtpd_sender_login_maps: [['sender', 'u1@d1.example', '@d1.example']],
  postfix_relay_domains: [['domain', 'r1.example']],
  postfix_relay_recipient_maps: [['address', 'x@r1.example', '@r1.example']],
  postfix_transport_maps: [['domain', 'r1.example']],
  mail_aliases: [
    ['alias', 'a1@d1.example'],
    ['destination', 'u1@d1.example'],
  ],
  quota_status: [
    ['user', 'u10', 'u1@d1.example'],
    ['email', 'u1@d1.example'],
  ],
  apache_auth: [['username', 'u10']],
  certificate_status: [
    ['domain', 'm1.example'],
    ['id', '7'],
  ],
  certificate_file_status: [['certificate_id', '7']],
  service_certificate_status: [['domain', 'm1.example']],
  dns_zone_records: [['zone', 'd1.example']],
  powerdns_domains: [
    ['name', 'd1.example'],
    ['id', '7'],
  ],
  powerdns_records: [
    ['name', 'www.d1.example', 'd1.example'],
    ['domain_id', '7'],
  ],
  audit_summary: [],
  mailbox_event_queue: [['id', '20050']],
  session_revocations: [['id', '20050']],
};

/** Lookups that are no equality. */
const OTHERS: Record<string, string> = {
  'which networks hold a client': `select * from unnest('{10.1.2.3,192.0.2.1}'::text[]) as asked (key)
    join unified.lookup_client_access on network >>= asked.key::inet`,
  'what greylisting may forget': 'select unified.purge_greylist(1000000)',
  'the last hours of audit_summary': `select * from unified.audit_summary where hour > now() - interval '5 hours'`,
  'the first of the queue': 'select * from unified.mailbox_event_queue order by id limit 100',
  'the certificates that end soon': `select * from unified.certificate_status where is_active and not_after < now() + interval '1 day'`,
  'the certificates of a name': `select * from unified.lookup_certificates where names && '{m1.example,*.example}'`,
  'everybody, page by page': `select * from unified.lookup_logins where username = any(array(
    select username from unified.users where domain = 'd5.example' and username > 'u' order by username limit 50))`,
};

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
  await schema.rows(FILL);
}, 300_000);
afterAll(() => schema.close());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** The tables that a query reads from end to end, by its plan and by its deeds: a plan does not show
 * what functions do. */
async function tablesReadWhole(sql: string, params: readonly unknown[]): Promise<string[]> {
  return [...(await tablesPlannedWhole(sql, params)), ...(await tablesScanned(sql, params))];
}

async function tablesPlannedWhole(sql: string, params: readonly unknown[]): Promise<string[]> {
  const [plan] = await schema.values<[{ Plan: Plan }]>(`explain (format json) ${sql}`, params);
  const whole: string[] = [];
  const visit = (node: Plan) => {
    if (node['Node Type'] === 'Seq Scan') whole.push(node['Relation Name'] ?? '?');
    node.Plans?.forEach(visit);
  };
  if (plan?.[0]) visit(plan[0].Plan);
  return whole;
}

/** Counted by the server; earlier counts of this session may still be among them, so twice. */
async function tablesScanned(sql: string, params: readonly unknown[]): Promise<string[]> {
  const scans = async () =>
    new Map(
      (
        await schema.rows<{ name: string; scans: string }>(
          `select relname as name, seq_scan as scans from pg_stat_xact_user_tables where schemaname = 'unified'`,
        )
      ).map(({ name, scans }) => [name, scans]),
    );
  await schema.rows('begin');
  try {
    const before = await scans();
    await schema.rows(sql, params);
    return [...(await scans())].filter(([name, count]) => count !== before.get(name)).map(([name]) => name);
  } finally {
    await schema.rows('rollback');
  }
}

/** How many rows of mailbox_events a query looks at, those among them that it does not want. */
async function eventsRead(sql: string, params: readonly unknown[]): Promise<number> {
  const [plan] = await schema.values<[{ Plan: Plan }]>(`explain (analyze, format json) ${sql}`, params);
  const read = (node: Plan): number =>
    (node.Plans ?? []).reduce((sum, below) => sum + read(below), 0) +
    (node['Relation Name'] === 'mailbox_events'
      ? ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1)
      : 0);
  return plan?.[0] ? read(plan[0].Plan) : Number.NaN;
}

describe('on 100,000 users', () => {
  test('every view is asked', async () => {
    const { views } = await readSqlFiles();
    expect(Object.keys(LOOKUPS).sort()).toEqual(views.map(({ name }) => name).sort());
  });

  test('a table that is read whole is noticed, within a function too', async () => {
    const body = `do 'begin perform count(description) from unified.sender_grants; end'`;
    expect(await tablesScanned(body, [])).toEqual(['sender_grants']);
  });

  const cases = Object.entries(LOOKUPS).flatMap(([view, columns]) =>
    columns.map(([column, ...keys]) => ({ view, column, keys })),
  );

  test.each(cases)(
    '$view by $column: one key, as Postfix and Dovecot ask',
    async ({ view, column, keys }) => {
      for (const key of keys) {
        const sql = `select * from unified.${view} where "${column}" = '${key}'`;
        expect(await tablesReadWhole(sql, []), key).toEqual([]);
      }
    },
  );

  test.each(cases)('$view by $column: many keys, as the daemon asks', async ({ view, column, keys }) => {
    const isNumber = /^(?:user_id|id|certificate_id|domain_id)$/u.test(column);
    const type = isNumber ? 'bigint' : view === 'lookup_greylist' ? 'uuid' : 'text';
    const many = keys.concat(
      Array.from(
        { length: 99 },
        (_, i) =>
          ({ bigint: `${i}`, uuid: `${i}`.padStart(32, '0'), text: `none${i}@d1.example` })[type] as string,
      ),
    );
    const sql = `select * from unified.${view} where "${column}" = any($1::${type}[])`;
    // A prepared statement: planned for these keys, and once for whatever keys come.
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await schema.rows(`set plan_cache_mode = ${mode}`);
      expect(await tablesReadWhole(sql, [many]), mode).toEqual([]);
    }
    await schema.rows('reset plan_cache_mode');
  });

  test('everybody, page by page, as the daemon asks', async () => {
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await schema.rows(`set plan_cache_mode = ${mode}`);
      for (const after of ['', 'u5', 'u99@d99.example']) {
        expect(await tablesReadWhole(userPage.text, [after]), mode).toEqual([]);
      }
    }
    await schema.rows('reset plan_cache_mode');
  });

  test('what was revoked of late, as the daemon asks', async () => {
    const [newest] = await schema.values<string>('select max(id)::text from unified.mailbox_events');
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await schema.rows(`set plan_cache_mode = ${mode}`);
      expect(await tablesReadWhole(revocations.text, [newest]), mode).toEqual([]);
    }
    await schema.rows('reset plan_cache_mode');
  });

  test('one revocation after 25,000 other events, and a page of 20,000, cost what they are', async () => {
    const [first] = await schema.values<string>(
      `select min(id)::text from unified.mailbox_events where event_type = 'password_changed'`,
    );
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await schema.rows(`set plan_cache_mode = ${mode}`);
      // One more, which is no tie.
      expect(await eventsRead(revocations.text, ['0']), mode).toBe(REVOCATIONS_PAGE + 1);
      expect(await eventsRead(revocations.text, [`${Number(first) + 19_998}`]), mode).toBe(1);
      expect(await tablesReadWhole(newestRevocation.text, []), mode).toEqual([]);
    }
    await schema.rows('reset plan_cache_mode');
  });

  test.each(Object.entries(OTHERS))('%s', async (_, sql) => {
    expect(await tablesReadWhole(sql, [])).toEqual([]);
  });
});
