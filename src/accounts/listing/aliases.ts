/** aliases — what leads where, one row an alias, in order of address (catch-alls first). */

import type { Address, CatchAll, Domain } from '../../base/address.ts';
import type { AllowedSenders } from '../../lookup/facts.ts';
import type { Sql } from '../change.ts';
import { likePattern, pagesOf } from '../paging.ts';

export interface AliasRow {
  readonly alias: Address | CatchAll;
  readonly destinations: readonly Address[];
  readonly is_catch_all: boolean;
  readonly is_active: boolean;
  readonly may_send_as: boolean;
  readonly allowed_senders: AllowedSenders;
  readonly owner: string | null;
  readonly expires_at: Date | null;
  readonly description: string | null;
  readonly created_at: Date;
}

export interface AliasFilter {
  readonly domain?: Domain | undefined;
  readonly match?: string | undefined;
  readonly alias?: Address | CatchAll | undefined;
  /** Only those that lead to this address. */
  readonly destination?: Address | undefined;
  readonly limit?: number | undefined;
}

export const listAliases = (sql: Sql, filter: AliasFilter) =>
  pagesOf<AliasRow>(filter.limit, ({ after, size }) =>
    sql.rows<AliasRow>(
      `select a.alias_email as alias, array_agg(a.destination_email order by a.id) as destinations,
         bool_and(a.is_catch_all) as is_catch_all, bool_or(a.is_active) as is_active,
         bool_or(a.may_send_as) as may_send_as,
         case
           when bool_or(a.allowed_senders = 'members') then 'members'
           when bool_or(a.allowed_senders = 'domain') then 'domain'
           else 'public'
         end as allowed_senders, min(u.email) as owner, max(a.expires_at) as expires_at,
         min(a.description) as description, min(a.created_at) as created_at
       from unified.email_aliases a
       left join unified.users u on u.id = a.user_id
       where ($1::text is null or a.alias_domain = $1)
         and ($2::text is null or a.alias_email like $2)
         and ($3::text is null or a.alias_email = $3)
         and ($4::text is null or a.alias_email in (
           select alias_email
           from unified.email_aliases
           where destination_email = $4
         ))
         and ($5::text is null or a.alias_email > $5)
       group by a.alias_email
       order by a.alias_email
       limit $6`,
      [
        filter.domain ?? null,
        likePattern(filter.match),
        filter.alias ?? null,
        filter.destination ?? null,
        after?.alias ?? null,
        size,
      ],
    ),
  );
