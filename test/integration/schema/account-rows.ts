/** account-rows — random accounts as rows, small enough that they collide, and large enough to hold
 * every reason why something works, does not, or will not for long. */

import fc from 'fast-check';
import type { Entries } from '../../support/address-book.ts';
import type { Schema } from '../../support/schema.ts';

export const DOMAINS = ['v.test', 'w.test', 'alias.test', 'relay.test', 'off.test'] as const;
export const LOCALS = ['a', 'b', 'c'] as const;

const ends = fc.constantFrom(null, '-1 hour', '1 hour');
const anyAddress = fc
  .tuple(fc.constantFrom(...LOCALS), fc.constantFrom(...DOMAINS))
  .map(([local, domain]) => `${local}@${domain}`);
const destination = fc.oneof(
  { weight: 4, arbitrary: anyAddress },
  { weight: 1, arbitrary: fc.constantFrom('x@else.test', 'y@else.test') },
);
const sometimes = (weight: number) => fc.integer({ min: 1, max: weight }).map((n) => n === 1);

const domains = fc.record({
  isWActive: fc.boolean(),
  isAliasActive: fc.boolean(),
  target: fc.constantFrom('v.test', 'w.test'),
  defaultQuota: fc.constantFrom(null, 1000),
});
const user = fc.record({
  email: anyAddress,
  hasOwnName: fc.boolean(),
  isActive: fc.constantFrom(true, true, false),
  isLocked: sometimes(4),
  /** A no_email role: active, and its end. */
  role: fc.option(fc.record({ isActive: fc.boolean(), ends })),
  quota: fc.option(
    fc.record({
      type: fc.constantFrom('storage', 'messages'),
      value: fc.constantFrom(null, 3),
      follows: fc.boolean(),
    }),
  ),
  passwords: fc.uniqueArray(fc.record({ service: fc.constantFrom('dovecot', 'imap', 'api'), ends }), {
    maxLength: 3,
    selector: ({ service }) => service,
  }),
  /** An address or @domain that it may send as. */
  grant: fc.option(fc.record({ sender: fc.oneof(anyAddress, fc.constant('@v.test')), ends })),
});
const alias = (key: fc.Arbitrary<string>) =>
  fc.record({
    key,
    destination,
    isActive: fc.constantFrom(true, true, false),
    ends,
    maySend: fc.boolean(),
    owner: fc.option(anyAddress),
  });

export type Accounts = ReturnType<typeof accounts> extends fc.Arbitrary<infer T> ? T : never;

/** With catch-alls of these domains. */
export const accounts = (catchAlls: readonly string[]) =>
  fc.record({
    domains,
    users: fc.uniqueArray(user, { maxLength: 8, selector: ({ email }) => email }),
    aliases: fc
      .uniqueArray(
        alias(
          fc.oneof({ weight: 3, arbitrary: anyAddress }, fc.constantFrom(...catchAlls.map((d) => `@${d}`))),
        ),
        { maxLength: 10, selector: ({ key, destination: to }) => `${key} ${to}` },
      )
      // Nothing leads to itself alone, as the schema has it.
      .map((rows) =>
        rows.filter(
          (row) =>
            row.key !== row.destination || rows.some((other) => other.key === row.key && other !== row),
        ),
      ),
  });

/** Replaces all that is in the database. */
export async function load(schema: Schema, { domains: are, users, aliases }: Accounts): Promise<void> {
  await schema.rows('begin');
  await schema.rows(`delete from unified.email_aliases; delete from unified.users;
    delete from unified.mail_domains where domain_type = 'alias'; delete from unified.mail_domains`);
  await schema.rows(
    `insert into unified.mail_domains (domain, domain_type, target_domain, transport, is_active, default_user_quota_bytes) values
      ('v.test', 'virtual', null, null, true, $4), ('w.test', 'virtual', null, null, $1, null),
      ('relay.test', 'relay', null, 'smtp:[10.0.0.7]', true, null), ('off.test', 'virtual', null, null, false, null),
      ('alias.test', 'alias', $3, null, $2, null)`,
    [are.isWActive, are.isAliasActive, are.target, are.defaultQuota],
  );
  await schema.rows(LOAD_USERS, [JSON.stringify(users)]);
  await schema.rows(LOAD_ALIASES, [JSON.stringify(aliases)]);
  await schema.rows('commit');
}

const LOAD_USERS = `
  with said as (select * from jsonb_array_elements($1::jsonb) as value),
  account as (
    insert into unified.users (email, username, is_active, is_locked)
    select value->>'email', case when (value->>'hasOwnName')::bool then replace(value->>'email', '@', '-') end,
           (value->>'isActive')::bool, (value->>'isLocked')::bool
    from said
    returning id, email
  ),
  known as (select id, value from account join said on value->>'email' = email),
  roles as (
    insert into unified.user_roles (user_id, role_name, is_active, expires_at)
    select id, 'no_email', (value#>>'{role,isActive}')::bool, now() + (value#>>'{role,ends}')::interval
    from known where value->'role' <> 'null'
  ),
  quotas as (
    insert into unified.user_quotas (user_id, quota_type, quota_unit, quota_value, follows_domain)
    select id, value#>>'{quota,type}', case value#>>'{quota,type}' when 'storage' then 'KB' else 'count' end,
           case when not (value#>>'{quota,follows}')::bool then (value#>>'{quota,value}')::numeric end,
           (value#>>'{quota,follows}')::bool
    from known where value->'quota' <> 'null'
  ),
  passwords as (
    insert into unified.user_passwords (user_id, service, hash_scheme, password_hash, expires_at)
    select id, p->>'service', 'BLF-CRYPT', '$2y$05$x', now() + (p->>'ends')::interval
    from known, jsonb_array_elements(value->'passwords') p
  )
  insert into unified.sender_grants (user_id, sender, expires_at)
  select id, value#>>'{grant,sender}', now() + (value#>>'{grant,ends}')::interval
  from known where value->'grant' <> 'null'`;

const LOAD_ALIASES = `
  insert into unified.email_aliases (alias_email, destination_email, is_active, expires_at, may_send_as, user_id)
  select value->>'key', value->>'destination', (value->>'isActive')::bool,
         now() + (value->>'ends')::interval, (value->>'maySend')::bool,
         (select id from unified.users where email = value->>'owner')
  from jsonb_array_elements($1::jsonb) as value`;

const over = (end: string | null) => end?.startsWith('-') === true;
const domainOf = (address: string) => address.slice(address.indexOf('@') + 1);

/** The same for the model of test/support/address-model.ts. */
export function entriesOf({ domains: are, users, aliases }: Accounts): Entries {
  const isActive = (domain: string) =>
    domain === 'w.test' ? are.isWActive : domain === 'alias.test' ? are.isAliasActive : domain !== 'off.test';
  const usable = (u: Accounts['users'][number]) =>
    u.isActive && !u.isLocked && isActive(domainOf(u.email)) && !(u.role?.isActive && !over(u.role.ends));
  const relayed = (u: Accounts['users'][number]) =>
    u.isActive && !u.isLocked && domainOf(u.email) === 'relay.test';
  const works = (a: Accounts['aliases'][number]) => a.isActive && !over(a.ends) && isActive(domainOf(a.key));
  const target = are.target as NonNullable<NonNullable<Entries['domains']>[string]['target']>;
  return {
    domains: {
      'v.test': {},
      'w.test': { usable: are.isWActive },
      'alias.test': {
        type: 'alias',
        target,
        usable: are.isAliasActive && isActive(are.target),
      },
      'relay.test': { type: 'relay' },
      'off.test': { usable: false },
    },
    mailboxes: Object.fromEntries(
      users
        .filter((u) => !relayed(u))
        .map((u) => [u.email, { usable: usable(u) && domainOf(u.email) !== 'relay.test' }]),
    ),
    aliases: Object.fromEntries(
      aliases.map(({ key }) => [
        key,
        aliases.filter((a) => a.key === key).map((a) => `${works(a) ? '' : '-'}${a.destination}`),
      ]),
    ),
  };
}
