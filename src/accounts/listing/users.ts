/** users — who exists, in order of address. */

import type { Address, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { STORAGE_OF_USER } from '../limits.ts';
import { likePattern, pagesOf } from '../paging.ts';

export interface UserRow {
  readonly id: number;
  readonly email: Address;
  readonly username: string;
  readonly domain: Domain;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly is_active: boolean;
  readonly is_locked: boolean;
  /** Active, not locked, no `no_email` role, domain active. */
  readonly may_use_mail: boolean;
  /** What counts: the user's own or the domain's default; null is unlimited. */
  readonly quota_bytes: number | null;
  readonly home_directory: string;
  readonly mailbox_format: string;
  readonly last_login_at: Date | null;
  readonly created_at: Date;
}

export interface UserFilter {
  readonly domain?: Domain | undefined;
  /** `ali*@example.org` */
  readonly match?: string | undefined;
  readonly limit?: number | undefined;
}

const JOINS = `join unified.mail_domains d on d.domain = u.domain
  left join unified.user_quotas q on q.user_id = u.id and q.service = 'dovecot' and q.quota_type = 'storage'`;

// The state of a thousand users one by one: joined, the planner computes it for everybody.
const COLUMNS = `u.id::float8 as id, u.email, u.username, u.domain, u.first_name, u.last_name, u.is_active, u.is_locked,
  (select l.is_usable from unified.lookup_logins l where l.username = u.username) as may_use_mail, (${STORAGE_OF_USER})::float8 as quota_bytes,
  u.home_directory, u.mailbox_format, u.last_login_at, u.created_at`;

export const listUsers = (sql: Sql, filter: UserFilter) =>
  pagesOf<UserRow>(filter.limit, ({ after, size }) =>
    sql.rows<UserRow>(
      `select ${COLUMNS}
       from (
         select *
         from unified.users
         where ($1::text is null or domain = $1)
           and ($2::text is null or email like $2)
           and ($3::text is null or email > $3)
         order by email
         limit $4
       ) as u
       ${JOINS}
       order by u.email`,
      [filter.domain ?? null, likePattern(filter.match), after?.email ?? null, size],
    ),
  );

/** One user whole; undefined when the id is gone. */
export async function showUser(sql: Sql, id: number): Promise<UserRow | undefined> {
  const [row] = await sql.rows<UserRow>(
    `select ${COLUMNS}
     from unified.users u
     ${JOINS}
     where u.id = $1`,
    [id],
  );
  return row;
}
