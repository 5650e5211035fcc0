/** passwords — under which schemes passwords are stored, and whose is weak. */

import type { Address, Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

/** What the verifier knows of its schemes, see auth/weakness.ts. */
export interface Weakness {
  readonly schemes: readonly string[];
  /** A CRYPT text that begins otherwise is weak: a regular expression of PostgreSQL. */
  readonly strongCrypt: string;
}

export interface SchemeCount {
  readonly scheme: string;
  readonly is_weak: boolean;
  readonly passwords: number;
  readonly users: number;
}

export interface WeakPassword {
  readonly id: number;
  readonly user: Address;
  readonly service: string;
  readonly label: string;
  readonly scheme: string;
  /** When this password was used last, and when its owner logged in with any. */
  readonly last_used_at: Date | null;
  readonly last_login_at: Date | null;
}

const IS_WEAK = `(p.hash_scheme = any($1::text[]) or (p.hash_scheme = 'CRYPT' and p.password_hash !~ $2))`;

/** The most used scheme first. */
export const countSchemes = (
  sql: Sql,
  { schemes, strongCrypt }: Weakness,
  domain: Domain | undefined,
): Promise<SchemeCount[]> =>
  sql.rows<SchemeCount>(
    `select p.hash_scheme as scheme, ${IS_WEAK} as is_weak,
       count(*)::float8 as passwords, count(distinct p.user_id)::float8 as users
     from unified.user_passwords p
     join unified.users u on u.id = p.user_id
     where $3::text is null or u.domain = $3
     group by 1, 2
     order by passwords desc, scheme, is_weak`,
    [schemes, strongCrypt, domain ?? null],
  );

/** In order of address. */
export const listWeakPasswords = (
  sql: Sql,
  { schemes, strongCrypt }: Weakness,
  { domain, limit }: { readonly domain?: Domain | undefined; readonly limit?: number | undefined },
) =>
  pagesOf<WeakPassword>(limit, ({ after, size }) =>
    sql.rows<WeakPassword>(
      `select p.id::float8 as id, u.email as "user", p.service, p.label, p.hash_scheme as scheme,
         p.last_used_at, u.last_login_at
       from unified.user_passwords p
       join unified.users u on u.id = p.user_id
       where ${IS_WEAK}
         and ($3::text is null or u.domain = $3)
         and ($4::text is null or (u.email, p.id) > ($4, $5::bigint))
       order by u.email, p.id
       limit $6`,
      [schemes, strongCrypt, domain ?? null, after?.user ?? null, after?.id ?? null, size],
    ),
  );
