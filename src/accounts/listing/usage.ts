/** usage — whose mailboxes there are, and what is written of what they hold. */

import type { Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

interface LoginRow {
  readonly login: string;
}

/** All login names, or those of a domain, in their order. */
export const listLogins = (sql: Sql, domain: Domain | undefined) =>
  pagesOf<LoginRow>(undefined, ({ after, size }) =>
    sql.rows<LoginRow>(
      `select username as login
       from unified.users
       where ($1::text is null or domain = $1)
         and ($2::text is null or username > $2)
       order by username
       limit $3`,
      [domain ?? null, after?.login ?? null, size],
    ),
  );

export interface UsageRow {
  readonly login: string;
  readonly bytes: number;
  readonly messages: number;
}

/** Of whom nothing was ever reported there is no row. */
export const usageOf = (sql: Sql, logins: readonly string[]): Promise<UsageRow[]> =>
  sql.rows<UsageRow>(
    `select u.username as login,
            coalesce(max(used.value) filter (where q.quota_type = 'storage'), 0)::float8 as bytes,
            coalesce(max(used.value) filter (where q.quota_type = 'messages'), 0)::float8 as messages
     from unified.users u
     join unified.user_quotas q on q.user_id = u.id and q.service = 'dovecot'
     cross join lateral (
       select unified.quota_base_units(q.current_usage, q.quota_unit) as value
     ) as used
     where u.username = any($1)
     group by u.username`,
    [logins],
  );
