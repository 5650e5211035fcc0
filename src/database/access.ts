/** access — the SQL of the block and allow lists, see policy/access. */

import { CHANGES_IN, type Statement } from './statement.ts';

/** An entry of a list, found by the sender, the recipient or the client that it is about. */
export interface AccessRow {
  readonly key: string;
  /** A login name; `@domain`; empty for the administrator's list. */
  readonly owner: string;
  readonly verdict: 'allow' | 'block';
  /** Only of a client: the length of the network's prefix. */
  readonly bits: number;
  /** Seconds until the entry ends, or null. */
  readonly changes_in: number | null;
}

export const accessEntries: Statement = {
  name: 'access_entries',
  text: `
select key, owner, verdict, 0 as bits, ${CHANGES_IN}
from unified.lookup_access
where key = any($1::text[])`,
};

/** The keys are addresses of clients. */
export const clientAccessEntries: Statement = {
  name: 'client_access_entries',
  text: `
select asked.key, owner, verdict, masklen(network) as bits, ${CHANGES_IN}
from unnest($1::text[]) as asked (key)
join unified.lookup_client_access on network >>= asked.key::inet`,
};
