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

/** After an id, but for some: a long transaction commits a lower id after higher ones. The id is said twice, or all
 * events that were ever kept would be read for each new one. */
export const revocations: Statement = {
  name: 'revocations',
  text: `
select r.id::text, r.login, r.email, extract(epoch from now() - r.created_at)::float8 as age
from unified.session_revocations as r
where r.id > $1::bigint
  and r.id in (
    select id
    from unified.session_revocations
    where id > $1::bigint
      and id <> all($2::bigint[])
    order by id
    limit 500
  )
order by r.id`,
};

export const newestRevocation: Statement = {
  name: 'newest_revocation',
  text: `
select coalesce(max(id), 0)::text as id
from unified.session_revocations`,
};
