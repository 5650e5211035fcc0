/** access — entries of block and allow lists, in order of their pattern. */

import type { Owner, Side, Verdict } from '../access.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface AccessRow {
  readonly id: number;
  /** The user's address, `@domain`, or `everybody`. */
  readonly list: string;
  readonly verdict: Verdict;
  readonly side: Side;
  readonly pattern: string;
  readonly note: string | null;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

export interface AccessFilter {
  /** Only this list. */
  readonly owner?: Owner | undefined;
  readonly side?: Side | undefined;
  readonly pattern?: string | undefined;
  readonly limit?: number | undefined;
}

export const listAccess = (sql: Sql, filter: AccessFilter) =>
  pagesOf<AccessRow>(filter.limit, ({ after, size }) =>
    sql.rows<AccessRow>(
      `select a.id::float8 as id, coalesce(u.email, '@' || a.domain, 'everybody') as list, a.verdict, a.side,
              a.pattern, a.note, a.expires_at, a.created_at
       from unified.access_entries a
       left join unified.users u on u.id = a.user_id
       where (not $1 or (a.user_id is not distinct from $2 and a.domain is not distinct from $3))
         and ($4::text is null or a.side = $4)
         and ($5::text is null or a.pattern = $5)
         and ($6::text is null or (a.pattern, a.id) > ($6, $7::bigint))
       order by a.pattern, a.id
       limit $8`,
      [
        filter.owner !== undefined,
        filter.owner?.userId ?? null,
        filter.owner?.domain ?? null,
        filter.side ?? null,
        filter.pattern ?? null,
        after?.pattern ?? null,
        after?.id ?? null,
        size,
      ],
    ),
  );
