/** grants — who was granted a right over which address, in order of address and user. */

import type { Address, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';
import type { Granted, Right } from '../rights.ts';

export interface GrantRow {
  readonly id: number;
  /** The address has the name of the right's column. */
  readonly sender?: Granted;
  readonly address?: Granted;
  readonly user: Address;
  readonly login: string;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

export interface GrantFilter {
  readonly userId?: number | undefined;
  readonly address?: Granted | undefined;
  readonly domain?: Domain | undefined;
  readonly limit?: number | undefined;
}

export const listGrants = (sql: Sql, { table, column }: Right, filter: GrantFilter) =>
  pagesOf<GrantRow>(filter.limit, ({ after, size }) =>
    sql.rows<GrantRow>(
      `select g.id::float8 as id, g.${column}, u.email as user, u.username as login,
         g.expires_at, g.created_at
       from ${table} g
       join unified.users u on u.id = g.user_id
       where ($1::bigint is null or g.user_id = $1)
         and ($2::text is null or g.${column} = $2)
         and ($3::text is null or unified.domain_of(g.${column}) = $3)
         and ($4::text is null or (g.${column}, g.id) > ($4, $5::bigint))
       order by g.${column}, g.id
       limit $6`,
      [
        filter.userId ?? null,
        filter.address ?? null,
        filter.domain ?? null,
        after?.[column] ?? null,
        after?.id ?? null,
        size,
      ],
    ),
  );
