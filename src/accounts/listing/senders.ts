/** senders — who was granted which sender, in order of sender and user. */

import type { Address, CatchAll, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface SenderRow {
  readonly id: number;
  readonly sender: Address | CatchAll;
  readonly user: Address;
  readonly login: string;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

export interface SenderFilter {
  readonly userId?: number | undefined;
  readonly sender?: Address | CatchAll | undefined;
  readonly domain?: Domain | undefined;
  readonly limit?: number | undefined;
}

export const listSenders = (sql: Sql, filter: SenderFilter) =>
  pagesOf<SenderRow>(filter.limit, ({ after, size }) =>
    sql.rows<SenderRow>(
      `select g.id::float8 as id, g.sender, u.email as user, u.username as login, g.expires_at, g.created_at
       from unified.sender_grants g
       join unified.users u on u.id = g.user_id
       where ($1::bigint is null or g.user_id = $1)
         and ($2::text is null or g.sender = $2)
         and ($3::text is null or unified.domain_of(g.sender) = $3)
         and ($4::text is null or (g.sender, g.id) > ($4, $5::bigint))
       order by g.sender, g.id
       limit $6`,
      [
        filter.userId ?? null,
        filter.sender ?? null,
        filter.domain ?? null,
        after?.sender ?? null,
        after?.id ?? null,
        size,
      ],
    ),
  );
