/** revocations — the SQL that finds who may no longer log in, see auth/revocation.ts. */

import type { Statement } from './statement.ts';

/** Somebody whose sessions must end; a domain that was switched off has several rows of one id. */
export interface RevocationRow {
  readonly id: string;
  /** A login name, or `*@domain`. */
  readonly login: string;
  readonly email: string | null;
  /** Seconds since the transaction that did it began. */
  readonly age: number;
}

/** How many rows a page has, and those of its last id besides. */
export const REVOCATIONS_PAGE = 500;

/** The next page after an id. The number stands in the text, so that the plan knows that few are wanted. */
export const revocations: Statement = {
  name: 'revocations',
  text: `
select id::text, login, email, extract(epoch from now() - created_at)::float8 as age
from unified.session_revocations as r
where id > $1::bigint
order by r.id
fetch first ${REVOCATIONS_PAGE} rows with ties`,
};

export const newestRevocation: Statement = {
  name: 'newest_revocation',
  text: 'select unified.newest_revocation()::text as id',
};
