/** alias-notes — what is odd about an alias but may be meant: a destination of ours that does not
 * exist (yet), or a forward that leaves nothing in the mailbox of the same address. */

import { type Address, type CatchAll, domainOf } from '../base/address.ts';
import type { Sql } from './change.ts';

export async function notesOn(
  sql: Sql,
  alias: Address | CatchAll,
  destinations: readonly Address[],
): Promise<string[]> {
  const missing = await missingOf(sql, destinations);
  const notes = missing.map((to) => `${to} does not exist here; mail to it is refused until it does`);
  if (!destinations.includes(alias as Address) && (await isMailbox(sql, alias))) {
    notes.push(
      `the mailbox ${alias} gets no mail any more; to keep a copy: dovetail alias add ${alias} ${alias}`,
    );
  }
  return notes;
}

/** Those in a domain of ours with mailboxes that are neither a user nor an alias, nor caught. */
async function missingOf(sql: Sql, destinations: readonly Address[]): Promise<Address[]> {
  const rows = await sql.rows<{ address: Address }>(
    `select wanted.address
     from unnest($1::text[], $2::text[]) as wanted (address, domain)
     join unified.mail_domains d on d.domain = wanted.domain and d.domain_type = 'virtual'
     where not exists (select 1 from unified.users u where u.email = wanted.address)
       and not exists (
         select 1
         from unified.email_aliases a
         where a.alias_email in (wanted.address, '@' || wanted.domain)
       )
       and strpos(wanted.address, '+') = 0`,
    [destinations, destinations.map(domainOf)],
  );
  return rows.map((row) => row.address);
}

async function isMailbox(sql: Sql, address: string): Promise<boolean> {
  return (await sql.rows('select 1 from unified.users where email = $1', [address])).length > 0;
}
