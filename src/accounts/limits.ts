/** limits — what a domain allows: so many users, so many aliases, so much storage.
 *
 * Whoever adds to a domain locks its row first: two nodes that add at once wait for one another,
 * and the limit is never overshot. */

import type { Domain } from '../base/address.ts';
import { formatSize } from '../base/sizes.ts';
import type { Sql } from './change.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import type { DomainType } from './relaying.ts';

export interface LockedDomain {
  readonly domain: Domain;
  readonly type: DomainType;
  readonly target: Domain | null;
  readonly max_users: number | null;
  readonly max_aliases: number | null;
  readonly quota_bytes: number | null;
  readonly default_user_quota_bytes: number | null;
}

/** The domain's row, held until the change ends; refused when there is no such domain. */
export async function lockDomain(sql: Sql, domain: Domain): Promise<Outcome<LockedDomain>> {
  // float8: a JavaScript number, exact up to 8 PiB.
  const [row] = await sql.rows<LockedDomain>(
    `select domain, domain_type as type, target_domain as target, max_users, max_aliases,
       quota_bytes::float8 as quota_bytes, default_user_quota_bytes::float8 as default_user_quota_bytes
     from unified.mail_domains
     where domain = $1
     for update`,
    [domain],
  );
  return row
    ? done(row)
    : refused(`the domain ${domain} does not exist`, `add it first: dovetail domain add ${domain}`);
}

export async function refusedUserOverLimit(sql: Sql, domain: LockedDomain): Promise<Refused | undefined> {
  if (domain.max_users === null) return undefined;
  const [row] = await sql.rows<{ count: number }>(
    `select count(*)::int as count
     from unified.users
     where domain = $1`,
    [domain.domain],
  );
  return overLimit(domain, 'users', row?.count ?? 0, domain.max_users);
}

export async function refusedAliasOverLimit(sql: Sql, domain: LockedDomain): Promise<Refused | undefined> {
  if (domain.max_aliases === null) return undefined;
  const [row] = await sql.rows<{ count: number }>(
    `select count(distinct alias_email)::int as count
     from unified.email_aliases
     where alias_domain = $1`,
    [domain.domain],
  );
  return overLimit(domain, 'aliases', row?.count ?? 0, domain.max_aliases);
}

function overLimit(
  { domain }: LockedDomain,
  what: 'users' | 'aliases',
  count: number,
  max: number,
): Refused | undefined {
  if (count < max) return undefined;
  return refused(
    `the domain ${domain} has ${count} of at most ${max} ${what}`,
    `raise the limit: dovetail domain set ${domain} --max-${what} ${count + 1}`,
  );
}

/** Bytes, null for unlimited: the user's own quota, else the domain's default. For a query over
 * users with their mail_domains as d and their left-joined storage user_quotas as q. */
export const STORAGE_OF_USER = `case
  when q.id is null or q.follows_domain then d.default_user_quota_bytes
  else unified.quota_base_units(q.quota_value, q.quota_unit)
end`;

/** Checked after the change, in its transaction: whether the quotas of all users still fit. */
export async function refusedStorageOverLimit(sql: Sql, domain: LockedDomain): Promise<Refused | undefined> {
  if (domain.quota_bytes === null) return undefined;
  const [row] = await sql.rows<{ allotted: number; unlimited: number }>(
    `select coalesce(sum(${STORAGE_OF_USER}), 0)::float8 as allotted,
       count(*) filter (where ${STORAGE_OF_USER} is null)::int as unlimited
     from unified.users u
     join unified.mail_domains d on d.domain = u.domain
     left join unified.user_quotas q
       on q.user_id = u.id and q.service = 'dovecot' and q.quota_type = 'storage'
     where u.domain = $1`,
    [domain.domain],
  );
  const { allotted = 0, unlimited = 0 } = row ?? {};
  const advice = `raise the limit: dovetail domain set ${domain.domain} --quota SIZE, or give a smaller quota`;
  const limit = formatSize(domain.quota_bytes);
  if (unlimited > 0)
    return refused(
      `the storage of ${domain.domain} is limited to ${limit}, so each user needs a quota`,
      advice,
    );
  if (allotted <= domain.quota_bytes) return undefined;
  return refused(
    `the users of ${domain.domain} would have ${formatSize(allotted)} of at most ${limit}`,
    advice,
  );
}
