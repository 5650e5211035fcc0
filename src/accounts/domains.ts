/** domains — which domains are ours, and what they allow.
 *
 * refused  a domain that exists, an alias domain of one that holds no mailboxes or of itself, a
 *          transport that does not fit (relaying.ts), a change that makes aliases lead back, and
 *          limits below what is there already. Removing one: domain-removal.ts */

import type { Domain } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { contentsOf, counted } from './domain-removal.ts';
import { type LockedDomain, lockDomain, refusedStorageOverLimit } from './limits.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import { type DomainType, refusedTransport } from './relaying.ts';
import { lockWays, refusedLoopThroughDomain } from './ways.ts';

export interface DomainFields {
  /** An alias domain: its addresses are those of this one. */
  readonly aliasOf?: Domain | undefined;
  /** As in transport(5); null for none: a backup domain's mail goes where its MX records say. */
  readonly transport?: string | null | undefined;
  /** Null for unlimited, as all limits here; sizes in bytes. */
  readonly maxUsers?: number | null | undefined;
  readonly maxAliases?: number | null | undefined;
  /** For all users of the domain together. */
  readonly quotaBytes?: number | null | undefined;
  /** For each user who has no quota of its own. */
  readonly defaultQuotaBytes?: number | null | undefined;
  readonly description?: string | undefined;
  readonly active?: boolean | undefined;
}

export interface NewDomain extends DomainFields {
  /** Its mail is passed on; else it is an alias domain or holds mailboxes. */
  readonly type?: 'relay' | 'backup' | undefined;
}

export async function addDomain(
  change: Change,
  domain: Domain,
  { type, ...fields }: NewDomain,
): Promise<Outcome<Domain>> {
  await lockWays(change);
  const known = await lockDomain(change, domain);
  if (known.kind === 'done') {
    return refused(`the domain ${domain} exists already`, `see: dovetail domain show ${domain}`);
  }
  const domainType: DomainType = type ?? (fields.aliasOf ? 'alias' : 'virtual');
  const no =
    refusedTransport(domain, domainType, type === 'relay' ? (fields.transport ?? null) : fields.transport) ??
    (fields.aliasOf && (await refusedTarget(change, domain, fields.aliasOf)));
  if (no) return no;
  await change.rows(
    `insert into unified.mail_domains (domain, domain_type, target_domain, transport)
     values ($1, $2, $3, $4)`,
    [domain, domainType, fields.aliasOf ?? null, fields.transport ?? null],
  );
  await writeFields(change, domain, fields);
  const loop = await refusedLoopThroughDomain(change, domain);
  if (loop) return loop;
  await audit(change, { action: 'domain.add', resource: 'domain', id: domain, details: { type, ...fields } });
  return done(domain);
}

export async function setDomain(
  change: Change,
  domain: Domain,
  fields: DomainFields,
): Promise<Outcome<Domain>> {
  await lockWays(change);
  const known = await lockDomain(change, domain);
  if (known.kind === 'refused') return known;
  const unfit =
    refusedTransport(domain, known.value.type, fields.transport) ??
    (fields.aliasOf && (await refusedRetarget(change, known.value, fields.aliasOf)));
  if (unfit) return unfit;
  await writeFields(change, domain, fields);
  const { maxUsers, maxAliases, quotaBytes } = fields;
  const no =
    (await refusedBelow(change, domain, { maxUsers, maxAliases })) ??
    (quotaBytes !== undefined || fields.defaultQuotaBytes !== undefined
      ? await refusedStorageNow(change, domain)
      : undefined) ??
    (await refusedLoopThroughDomain(change, domain));
  if (no) return no;
  await audit(change, { action: 'domain.set', resource: 'domain', id: domain, details: { ...fields } });
  return done(domain);
}

async function refusedTarget(sql: Sql, domain: Domain, target: Domain): Promise<Refused | undefined> {
  if (target === domain) return refused('a domain cannot be an alias of itself', 'name another domain');
  const known = await lockDomain(sql, target);
  if (known.kind === 'refused') return known;
  if (known.value.type === 'virtual') return undefined;
  const what =
    known.value.type === 'alias'
      ? `an alias domain of ${known.value.target}`
      : `a ${known.value.type} domain`;
  return refused(`${target} is ${what} and holds no mailboxes`, 'name a domain with mailboxes');
}

async function refusedRetarget(
  sql: Sql,
  { domain, type }: LockedDomain,
  target: Domain,
): Promise<Refused | undefined> {
  if (type !== 'alias')
    return refused(`${domain} is no alias domain`, 'remove it and add it again with --alias-of');
  return refusedTarget(sql, domain, target);
}

async function writeFields(sql: Sql, domain: Domain, fields: DomainFields): Promise<void> {
  const { aliasOf, transport, maxUsers, maxAliases, quotaBytes, defaultQuotaBytes, description, active } =
    fields;
  const given = (value: unknown) => value !== undefined;
  await sql.rows(
    `update unified.mail_domains
     set target_domain = coalesce($2, target_domain),
       max_users = case when $3 then $4 else max_users end,
       max_aliases = case when $5 then $6 else max_aliases end,
       quota_bytes = case when $7 then $8 else quota_bytes end,
       default_user_quota_bytes = case when $9 then $10 else default_user_quota_bytes end,
       description = coalesce($11, description),
       is_active = coalesce($12, is_active),
       transport = case when $13 then $14 else transport end
     where domain = $1`,
    [
      domain,
      aliasOf ?? null,
      given(maxUsers),
      maxUsers ?? null,
      given(maxAliases),
      maxAliases ?? null,
      given(quotaBytes),
      quotaBytes ?? null,
      given(defaultQuotaBytes),
      defaultQuotaBytes ?? null,
      description ?? null,
      active ?? null,
      given(transport),
      transport ?? null,
    ],
  );
}

/** A limit that is broken the moment it is set would only puzzle whoever meets it later. */
async function refusedBelow(
  sql: Sql,
  domain: Domain,
  { maxUsers, maxAliases }: Pick<DomainFields, 'maxUsers' | 'maxAliases'>,
): Promise<Refused | undefined> {
  const { users, aliases } = await contentsOf(sql, domain);
  if (maxUsers != null && users > maxUsers)
    return refused(`${domain} has ${counted(users, 'user', 'users')} already`, allowAtLeast(users));
  if (maxAliases != null && aliases > maxAliases)
    return refused(`${domain} has ${counted(aliases, 'alias', 'aliases')} already`, allowAtLeast(aliases));
  return undefined;
}

const allowAtLeast = (count: number): string => `allow ${count} or more, or remove some first`;

async function refusedStorageNow(sql: Sql, domain: Domain): Promise<Refused | undefined> {
  const now = await lockDomain(sql, domain);
  return now.kind === 'refused' ? now : refusedStorageOverLimit(sql, now.value);
}
