/** rate-limits — the limits that were set, in the order in which they were. */

import type { Domain } from '../../base/address.ts';
import type { CountedBy, Counter } from '../../policy/limits/limit.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface RateLimitRow {
  readonly id: number;
  /** `alice@example.org`, `example.org`; null for everybody. */
  readonly of: string | null;
  readonly counted_by: CountedBy;
  readonly counter: Counter;
  readonly window_seconds: number;
  readonly max_count: number | null;
  readonly is_permanent: boolean;
  readonly suspends: boolean;
}

export interface RateLimitFilter {
  readonly userId?: number | undefined;
  readonly domain?: Domain | undefined;
  readonly limit?: number | undefined;
}

export const listRateLimits = (sql: Sql, filter: RateLimitFilter) =>
  pagesOf<RateLimitRow>(filter.limit, ({ after, size }) =>
    sql.rows<RateLimitRow>(
      `select r.id::float8 as id, coalesce(u.email, r.domain) as of, r.counted_by, r.counter,
         r.window_seconds, r.max_count::float8 as max_count, r.is_permanent, r.suspends
       from unified.rate_limits r
       left join unified.users u on u.id = r.user_id
       where ($1::bigint is null or r.user_id = $1)
         and ($2::text is null or r.domain = $2)
         and ($3::bigint is null or r.id > $3)
       order by r.id
       limit $4`,
      [filter.userId ?? null, filter.domain ?? null, after?.id ?? null, size],
    ),
  );
