/** quotas — limits and usage in bytes or plain counts, in order of address, or the fullest first. */

import type { Address, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';
import type { QuotaType } from '../quotas.ts';

export interface QuotaRow {
  readonly id: number;
  readonly user: Address;
  readonly service: string;
  readonly quota_type: QuotaType;
  /** Null is unlimited. */
  readonly limit: number | null;
  readonly usage: number;
  readonly percent: number | null;
  /** Null: as the daemon is set. */
  readonly warning_percent: number | null;
  /** The limit is the domain's default, not the user's own. */
  readonly follows_domain: boolean;
  /** Since when it is used up; null while it is not. */
  readonly full_since: Date | null;
}

export interface QuotaFilter {
  readonly userId?: number | undefined;
  readonly domain?: Domain | undefined;
  /** Only of these. */
  readonly users?: readonly Address[] | undefined;
  /** Only those at or above their warning. */
  readonly fullOnly?: boolean | undefined;
  /** By the share of the limit, and who has none is not listed. Needs a `limit` of a page. */
  readonly fullestFirst?: boolean | undefined;
  readonly limit?: number | undefined;
}

export const listQuotas = (sql: Sql, filter: QuotaFilter) =>
  pagesOf<QuotaRow>(filter.limit, ({ after, size }) =>
    sql.rows<QuotaRow>(
      `select *
       from (
         select q.id::float8 as id, u.email as user, q.service, q.quota_type,
           limits.value::float8 as limit, used.value::float8 as usage,
           round(100.0 * used.value / nullif(limits.value, 0), 1)::float8 as percent,
           q.warning_percent, q.follows_domain, q.full_since
         from unified.user_quotas q
         join unified.users u on u.id = q.user_id
         join unified.mail_domains d on d.domain = u.domain
         cross join lateral (
           select case
             when q.follows_domain and q.quota_type = 'storage' then d.default_user_quota_bytes
             else unified.quota_base_units(q.quota_value, q.quota_unit)
           end as value
         ) as limits
         cross join lateral (
           select unified.quota_base_units(q.current_usage, q.quota_unit) as value
         ) as used
         where ($1::bigint is null or q.user_id = $1)
           and ($2::text is null or u.domain = $2)
           and ($8::text[] is null or u.email = any($8))
           and ($3::text is null or (u.email, q.id) > ($3, $4::bigint))
       ) as quotas
       where (not $5 or usage >= "limit" * coalesce(warning_percent, 80) / 100.0)
         and (not $7 or "limit" is not null)
       order by case when $7 then usage / greatest("limit", 1) end desc, "user", id
       limit $6`,
      [
        filter.userId ?? null,
        filter.domain ?? null,
        after?.user ?? null,
        after?.id ?? null,
        filter.fullOnly ?? false,
        size,
        filter.fullestFirst ?? false,
        filter.users ?? null,
      ],
    ),
  );
