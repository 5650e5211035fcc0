/** domain-removal — what a domain holds, and giving it up with that.
 *
 * refused  the target of alias domains, and a domain that still holds something, unless it goes with it */

import type { Domain } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { lockDomain } from './limits.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import { likeLiteral } from './paging.ts';
import { lockWays } from './ways.ts';

/** Removes the domain with its aliases; with its users only when `withUsers` is given. */
export async function removeDomain(
  change: Change,
  domain: Domain,
  withUsers: boolean,
): Promise<Outcome<Domain>> {
  await lockWays(change);
  const known = await lockDomain(change, domain);
  if (known.kind === 'refused') return known;
  const held = await contentsOf(change, domain);
  if (held.alias_domains) {
    return refused(
      `alias domains lead to it: ${held.alias_domains}`,
      'remove them first, or give them another target',
    );
  }
  const no = withUsers ? undefined : refusedFull(domain, held);
  if (no) return no;
  await change.rows(
    `delete from unified.email_aliases
     where alias_domain = $1 or destination_email like '%@' || $2`,
    [domain, likeLiteral(domain)],
  );
  await change.rows('delete from unified.users where domain = $1', [domain]);
  await change.rows('delete from unified.mail_domains where domain = $1', [domain]);
  const details = { users: held.users, aliases: held.aliases };
  await audit(change, { action: 'domain.remove', resource: 'domain', id: domain, details });
  return done(domain);
}

function refusedFull(domain: Domain, { users, aliases, leading }: Contents): Refused | undefined {
  const advice = 'remove them first, or give --with-users to remove all of it';
  if (users > 0 || aliases > 0) {
    return refused(
      `${domain} still has ${counted(users, 'user', 'users')} and ${counted(aliases, 'alias', 'aliases')}`,
      advice,
    );
  }
  if (leading === 0) return undefined;
  return refused(
    `${counted(leading, 'alias of another domain leads', 'aliases of other domains lead')} into it`,
    advice,
  );
}

export interface Contents {
  readonly users: number;
  readonly aliases: number;
  /** Aliases of other domains that lead into this one. */
  readonly leading: number;
  readonly alias_domains: string | null;
}

export async function contentsOf(sql: Sql, domain: Domain): Promise<Contents> {
  const [row] = await sql.rows<Contents>(
    `select
       (select count(*)::int from unified.users where domain = $1) as users,
       (select count(distinct alias_email)::int from unified.email_aliases where alias_domain = $1) as aliases,
       (select count(distinct alias_email)::int
        from unified.email_aliases
        where destination_email like '%@' || $2 and alias_domain <> $1) as leading,
       (select string_agg(domain, ', ' order by domain) from unified.mail_domains where target_domain = $1) as alias_domains`,
    [domain, likeLiteral(domain)],
  );
  if (!row) throw new Error('a select of counts that returned no row');
  return row;
}

export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
