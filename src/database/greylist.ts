/** greylist — the SQL of greylisting, see policy/greylist. */

import type { Statement } from './statement.ts';

export interface GreylistRow {
  /** 32 hexadecimal digits. */
  readonly key: string;
  readonly passes: number;
  /** Seconds since it was seen first. */
  readonly age: number;
  /** Seconds until it is forgotten. */
  readonly changes_in: number;
}

export const greylistEntries: Statement = {
  name: 'greylist_entries',
  text: `
select replace(key::text, '-', '') as key, passes,
       extract(epoch from now() - first_seen_at)::float8 as age,
       extract(epoch from changes_at - now())::float8 as changes_in
from unified.lookup_greylist
where key = any($1::uuid[])`,
};

/** A JSON array of what was seen. */
export const recordGreylist = 'select unified.record_greylist($1)';
/** How many entries there may be. */
export const purgeGreylist = 'select unified.purge_greylist($1)::float8 as purged';
