/** statement — a query of the lookups as its connection remembers it.
 *
 * One prepared statement a service view, keys in an array. `changes_in` is the number of seconds until the passing of time
 * alone changes a row's meaning (an alias expires, a lock ends), or null. It is relative, so that the clocks
 * of the two machines need not agree. */

/** `name` is unique: connections remember the plan by it. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Changing {
  readonly changes_in: number | null;
}

// Someone may have written 'infinity' into an expiry: PostgreSQL 15 fails to subtract from that.
export const CHANGES_IN = `case when isfinite(changes_at)
         then extract(epoch from changes_at - now())::float8 end as changes_in`;
