/** greylist — what greylisting remembers, for people: to look at, and to forget. */

import { audit, type Change, type Sql } from './change.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { pagesOf } from './paging.ts';

export interface GreylistRow {
  readonly id: number;
  readonly kind: 'triplet' | 'client' | 'correspondent';
  readonly network: string | null;
  /** Of a client the domain. */
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly passes: number;
  readonly first_seen_at: Date;
  readonly seen_at: Date;
  readonly expires_at: Date;
}

/** A network, or text that is a sender, a recipient or a sender's domain. */
export type About = { readonly network: string } | { readonly text: string };

const ABOUT = `($1::cidr is null or network = $1)
  and ($2::text is null or sender = $2 or recipient = $2)`;

const parametersOf = (about: About | undefined): [network: string | null, text: string | null] => {
  if (about === undefined) return [null, null];
  return 'network' in about ? [about.network, null] : [null, about.text];
};

/** What has not ended, in the order in which it was seen first. */
export const listGreylist = (
  sql: Sql,
  { about, limit }: { readonly about?: About | undefined; readonly limit?: number | undefined },
) =>
  pagesOf<GreylistRow>(limit, ({ after, size }) =>
    sql.rows<GreylistRow>(
      `select id::float8 as id, kind, network::text, sender, recipient, passes, first_seen_at, seen_at, expires_at
       from unified.greylist_entries
       where ${ABOUT}
         and expires_at > now()
         and id > $3
       order by id
       limit $4`,
      [...parametersOf(about), after?.id ?? 0, size],
    ),
  );

/** How many entries went; every daemon hears of them. */
export async function forgetGreylist(change: Change, about: About): Promise<Outcome<number>> {
  const gone = await change.rows<{ key: string }>(
    `delete from unified.greylist_entries
     where ${ABOUT}
     returning replace(key::text, '-', '') as key`,
    parametersOf(about),
  );
  const name = 'network' in about ? about.network : about.text;
  if (gone.length === 0) return refused(`nothing is remembered of ${name}`, 'see: dovetail greylist list');
  await change.rows('select unified.announce_changes($1)', [gone.map(({ key }) => key)]);
  const details = { entries: gone.length };
  await audit(change, { action: 'greylist.forget', resource: 'greylist', id: name, details });
  return done(gone.length);
}
