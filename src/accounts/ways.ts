/** ways — the ways that mail goes, as one thing: whoever changes them does so alone, and leaves
 * no loop behind. */

import { type Address, type CatchAll, catchAllOf, type Domain } from '../base/address.ts';
import type { Change, Sql } from './change.ts';
import { type Refused, refused } from './outcome.ts';
import { likeLiteral } from './paging.ts';

/** Any number that no other part uses: "ways" in ASCII. */
const LOCK = 0x77617973;

/** Until the change ends: of two changes that close a loop only together, the second sees it. */
export async function lockWays(sql: Sql): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock($1)', [LOCK]);
}

/** Checked after the change, in its transaction. `changed` are the keys whose ways are new. */
export async function refusedLoop(
  change: Change,
  changed: readonly (Address | CatchAll)[],
): Promise<Refused | undefined> {
  const loop = await change.findLoop(change, changed);
  if (!loop) return undefined;
  return refused(`mail would go round in a loop: ${loop.join(' → ')}`, 'let one of these lead elsewhere');
}

/** After a change of what a domain is: all addresses of it that an alias leads to. */
export async function refusedLoopThroughDomain(change: Change, domain: Domain): Promise<Refused | undefined> {
  const rows = await change.rows<{ address: Address }>(
    `select distinct destination_email as address
     from unified.email_aliases
     where destination_email like '%@' || $1`,
    [likeLiteral(domain)],
  );
  return refusedLoop(change, [catchAllOf(domain), ...rows.map((row) => row.address)]);
}
