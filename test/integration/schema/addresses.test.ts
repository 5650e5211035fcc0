/* The checks of the schema and base/address.ts are one rule, said twice. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress, parseCatchAll, parseDomain } from '../../../src/base/address.ts';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
  // The checks alone: no keys, no triggers.
  await schema.rows(`
    create temp table addresses (email text);
    create temp table senders (sender text);
    create temp table domains (domain text);
    do $$
    declare
      k record;
    begin
      for k in
        select regexp_replace(conrelid::regclass::text, '^unified\\.', '') as source, conname, pg_get_constraintdef(oid) as definition
        from pg_constraint
        where conname ~ '^users_email_(format|canonical|length)$|^sender_grants_sender_(format|canonical|length)$|^mail_domains_domain_format$'
      loop
        execute format('alter table %s add constraint %I %s',
          case k.source when 'users' then 'addresses' when 'sender_grants' then 'senders' else 'domains' end, k.conname, k.definition);
      end loop;
    end
    $$`);
});
afterAll(() => schema.close());

const accepts = async (table: string, text: string): Promise<boolean> => {
  try {
    await schema.rows(`insert into ${table} values ($1)`, [text]);
    return true;
  } catch {
    return false;
  }
};

const piece = fc.constantFrom(
  'a',
  'B',
  'é',
  'É',
  'ß',
  '0',
  '1',
  '.',
  '..',
  '-',
  '_',
  '+',
  '/',
  '=',
  '%',
  '@',
  '"',
  '\\',
  ' ',
  "'",
  '(',
  ',',
  'xn--4ca',
  'e\u0301',
  '\u00a0',
  '\u007f',
  '\u0001',
  '\ufffd',
  '😀',
  'x'.repeat(63),
  'x'.repeat(64),
  '{',
  '[',
  ']',
  ':',
  ';',
  '<',
);
const word = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const host = fc.oneof(
  fc.constantFrom(
    'example.org',
    'a.b',
    'localhost',
    '1.2',
    'a.1',
    'xn--4ca.org',
    `${'x'.repeat(62)}.${'y.'.repeat(95)}org`,
    'a..b',
    '-a.org',
    'a-.org',
  ),
  word,
);
const text = fc.oneof(
  fc.tuple(word, host).map(([local, domain]) => `${local}@${domain}`),
  fc.tuple(word, host).map(([local, domain]) => `"${local}"@${domain}`),
  host.map((domain) => `@${domain}`),
  word,
);

test.each([
  ['a mailbox', 'addresses', (s: string) => parseAddress(s)],
  ['a sender', 'senders', (s: string) => parseCatchAll(s) ?? parseAddress(s)],
  ['a domain', 'domains', (s: string) => parseDomain(s)],
])(
  'the database takes as %s exactly what is canonical',
  async (_, table, parse) => {
    const input = table === 'domains' ? fc.oneof(host, word) : text;
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        const canonical = parse(given);
        expect(await accepts(table, given), given).toBe(canonical === given);
        // What is made canonical is taken, whatever it came from.
        if (canonical !== undefined) expect(await accepts(table, canonical), canonical).toBe(true);
      }),
      { numRuns: 1500 },
    );
  },
  120_000,
);

test.each([
  ['alice@example.org', 'example.org/alice/', 'example.org', 'alice'],
  ['"a b"@example.org', 'example.org/a b/', 'example.org', 'a b'],
  ['"a@b"@example.org', 'example.org/a@b/', 'example.org', 'a@b'],
  ['"a\\"b"@example.org', 'example.org/a"b/', 'example.org', 'a"b'],
  ['a/b@example.org', 'example.org/a=2Fb/', 'example.org', 'a/b'],
  ['"../../etc"@example.org', 'example.org/=2E.=2F..=2Fetc/', 'example.org', '../../etc'],
  ['".."@example.org', 'example.org/=2E./', 'example.org', '..'],
  ['100%h=x@example.org', 'example.org/100=25h=3Dx/', 'example.org', '100%h=x'],
])('%s lives in %s', async (address, path, domain, local) => {
  const [row] = await schema.rows(
    'select unified.mailbox_path($1) as path, unified.domain_of($1) as domain, unified.local_part_of($1) as local',
    [address],
  );
  expect(row).toEqual({ path, domain, local });
});

test('login name and home follow from the address; a login name that was the address stays it', async () => {
  await schema.rows(`insert into unified.users (email) values ('alice@example.org')`);
  const who = () => schema.rows('select username, email, domain, home_directory from unified.users');
  expect(await who()).toEqual([
    {
      username: 'alice@example.org',
      email: 'alice@example.org',
      domain: 'example.org',
      home_directory: '/var/mail/example.org/alice',
    },
  ]);
  await schema.rows(`update unified.users set email = 'alison@example.org'`);
  expect(await who()).toEqual([
    {
      username: 'alison@example.org',
      email: 'alison@example.org',
      domain: 'example.org',
      home_directory: '/var/mail/example.org/alice',
    },
  ]);
});

test.each([
  [
    'the domain of the caller',
    `insert into unified.users (email, domain) values ('b@example.org', 'evil.example')`,
    /non-DEFAULT value into column/u,
  ],
  [
    'a domain that does not exist',
    `insert into unified.users (email) values ('b@nowhere.example')`,
    /fk_users_mail_domains_domain/u,
  ],
  [
    "somebody else's address as login name",
    `insert into unified.users (username, email) values ('root@example.org', 'b@example.org')`,
    /users_username_unambiguous/u,
  ],
  [
    'a home that leads out',
    `insert into unified.users (email, home_directory) values ('b@example.org', '/var/mail/../../etc')`,
    /users_home_directory_absolute/u,
  ],
  [
    "root's uid",
    `insert into unified.users (email, system_uid) values ('b@example.org', 0)`,
    /users_system_uid_unprivileged/u,
  ],
  [
    'a hash with its scheme in front',
    `insert into unified.user_passwords (user_id, password_hash) select id, '{PLAIN}x' from unified.users`,
    /user_passwords_password_hash_format/u,
  ],
  [
    'a hash with a space, where the scheme has none',
    `insert into unified.user_passwords (user_id, password_hash, hash_scheme) select id, 'x y', 'SHA512-CRYPT' from unified.users`,
    /user_passwords_password_hash_format/u,
  ],
  [
    'a password in clear with a line feed',
    `insert into unified.user_passwords (user_id, password_hash, hash_scheme) select id, e'x\ny', 'PLAIN' from unified.users`,
    /user_passwords_password_hash_format/u,
  ],
  [
    'an unknown scheme',
    `insert into unified.user_passwords (user_id, password_hash, hash_scheme) select id, 'x', 'ROT13' from unified.users`,
    /user_passwords_hash_scheme_known/u,
  ],
  [
    'an alias in a domain that does not exist',
    `insert into unified.email_aliases (alias_email, destination_email) values ('a@nowhere.example', 'b@example.org')`,
    /fk_email_aliases_mail_domains_alias_domain/u,
  ],
  [
    'an alias of nothing but itself',
    `insert into unified.email_aliases (alias_email, destination_email) values ('a@example.org', 'a@example.org')`,
    /leads to nothing but itself/u,
  ],
  [
    'a catch-all that says it is none',
    `insert into unified.email_aliases (alias_email, destination_email, is_catch_all) values ('@example.org', 'b@example.org', false)`,
    /email_aliases_is_catch_all_matching/u,
  ],
  [
    'the target of an alias domain that is no virtual one',
    `insert into unified.mail_domains (domain, domain_type, transport, target_domain) values
    ('r.example', 'relay', 'smtp:', null), ('x.example', 'alias', null, 'r.example')`,
    /fk_mail_domains_mail_domains_target_domain/u,
  ],
  [
    'a secret in the audit trail',
    `insert into unified.audit_log (service, action, additional_data) values ('cli', 'user.add', '{"password": "x"}')`,
    /audit_log_additional_data_secretless/u,
  ],
])('refused: %s', async (_, sql, why) => {
  await expect(schema.rows(sql)).rejects.toThrow(why);
});

test('a mailbox that forwards and keeps a copy has itself as one destination, in any order of rows', async () => {
  await schema.rows(`begin;
    insert into unified.email_aliases (alias_email, destination_email) values ('alison@example.org', 'alison@example.org');
    insert into unified.email_aliases (alias_email, destination_email) values ('alison@example.org', 'a@elsewhere.example');
    commit`);
  expect(
    await schema.values(`select destination from unified.postfix_virtual_alias_maps order by 1`),
  ).toEqual(['a@elsewhere.example', 'alison@example.org']);
});

test('the domain that an alias domain stands for cannot become something else', async () => {
  await schema.rows(
    `insert into unified.mail_domains (domain, domain_type, target_domain) values ('old.example', 'alias', 'example.org')`,
  );
  await expect(
    schema.rows(`update unified.mail_domains set domain_type = 'backup' where domain = 'example.org'`),
  ).rejects.toThrow(/fk_mail_domains_mail_domains_target_domain/u);
});
