/** roles — who may do what, in order of address and role. */

import type { Address, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface RoleRow {
  readonly id: number;
  readonly user: Address;
  readonly role: string;
  readonly service: string;
  readonly is_active: boolean;
  readonly expires_at: Date | null;
  readonly granted_at: Date;
  readonly granted_by: string | null;
  readonly inherited_from: string | null;
}

export interface RoleFilter {
  readonly userId?: number | undefined;
  readonly role?: string | undefined;
  readonly domain?: Domain | undefined;
  readonly limit?: number | undefined;
}

export const listRoles = (sql: Sql, filter: RoleFilter) =>
  pagesOf<RoleRow>(filter.limit, ({ after, size }) =>
    sql.rows<RoleRow>(
      `select r.id::float8 as id, u.email as user, r.role_name as role, r.service, r.is_active, r.expires_at,
         r.granted_at, r.granted_by_username as granted_by, r.inherited_from
       from unified.user_roles r
       join unified.users u on u.id = r.user_id
       where ($1::bigint is null or r.user_id = $1)
         and ($2::text is null or r.role_name = $2)
         and ($3::text is null or u.domain = $3)
         and ($4::text is null or (u.email, r.id) > ($4, $5::bigint))
       order by u.email, r.id
       limit $6`,
      [
        filter.userId ?? null,
        filter.role ?? null,
        filter.domain ?? null,
        after?.user ?? null,
        after?.id ?? null,
        size,
      ],
    ),
  );
