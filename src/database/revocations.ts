/** revocations — the SQL that finds who may no longer log in, see auth/revocation.ts. */

import type { Statement } from './statements.ts';

/** Somebody whose sessions must end; a domain that was switched off has several rows of one id. */
export interface RevocationRow {
  readonly id: string;
  /** A login name, or `*@domain`. */
  readonly login: string;
  readonly email: string | null;
  /** Seconds since the transaction that did it began. */
  readonly age: number;
}

/** After an id, but for some: a long transaction commits a lower id after higher ones. */
export const revocations: Statement = {
  name: 'revocations',
  text: `
select id::text, login, email, extract(epoch from now() - created_at)::float8 as age
from unified.session_revocations
where id in (
  select id
  from unified.session_revocations
  where id > $1::bigint
    and id <> all($2::bigint[])
  order by id
  limit 500
)
order by id`,
};

export const newestRevocation: Statement = {
  name: 'newest_revocation',
  text: `
select coalesce(max(id), 0)::text as id
from unified.session_revocations`,
};
