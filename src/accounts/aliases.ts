/** aliases — addresses and whole domains (`@domain`) that lead elsewhere; one row a destination.
 *
 * refused  destinations that lead back (over any number of aliases and domains), an alias that
 *          leads to itself alone, a catch-all of an alias domain (its target has one), more
 *          aliases than the domain may have, and nothing to lead to
 * notes    what is odd but may be meant is done and said: see alias-notes.ts */

import { type Address, type CatchAll, domainOf } from '../base/address.ts';
import type { AllowedSenders } from '../lookup/facts.ts';
import { notesOn } from './alias-notes.ts';
import { audit, type Change, type Sql } from './change.ts';
import { type LockedDomain, lockDomain, refusedAliasOverLimit } from './limits.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import { lockWays, refusedLoop } from './ways.ts';

export type AliasKey = Address | CatchAll;

export interface AliasFields {
  /** Whose alias it is: may send as it. Null: nobody's in particular. */
  readonly ownerId?: number | null | undefined;
  readonly expiresAt?: Date | null | undefined;
  readonly description?: string | undefined;
  /** Whether the mailboxes it leads to may send as it. */
  readonly maySendAs?: boolean | undefined;
  readonly active?: boolean | undefined;
  readonly allowedSenders?: AllowedSenders | undefined;
}

export interface AliasState {
  readonly alias: AliasKey;
  readonly destinations: readonly Address[];
  readonly notes: readonly string[];
}

/** Leads `alias` to these destinations too; makes it where it is new. `fresh` is what a new one has where
 * the fields do not say. */
export async function addAlias(
  change: Change,
  alias: AliasKey,
  destinations: readonly Address[],
  fields: AliasFields,
  fresh: Pick<AliasFields, 'maySendAs'> = {},
): Promise<Outcome<AliasState>> {
  const held = await heldDestinations(change, alias);
  const again = destinations.filter((to, at) => held.includes(to) || destinations.indexOf(to) !== at);
  if (again.length > 0)
    return refused(`${alias} leads to ${again.join(', ')} already`, `see: dovetail alias show ${alias}`);
  const maySendAs = fields.maySendAs ?? (held.length === 0 ? fresh.maySendAs : undefined);
  const wanted = [...held, ...destinations];
  return lead(change, alias, { action: 'alias.add', held, wanted, fields: { ...fields, maySendAs } });
}

/** Changes what it leads to (all of it, when `destinations` are given) and its switches. */
export async function setAlias(
  change: Change,
  alias: AliasKey,
  destinations: readonly Address[] | undefined,
  fields: AliasFields,
): Promise<Outcome<AliasState>> {
  const held = await heldDestinations(change, alias);
  if (held.length === 0) return refusedMissing(alias);
  const wanted = [...new Set(destinations ?? held)];
  return lead(change, alias, { action: 'alias.set', held, wanted, fields });
}

/** Removes the alias, or only some of what it leads to. */
export async function removeAlias(
  change: Change,
  alias: AliasKey,
  destinations: readonly Address[],
): Promise<Outcome<AliasState>> {
  const held = await heldDestinations(change, alias);
  if (held.length === 0) return refusedMissing(alias);
  const strange = destinations.filter((to) => !held.includes(to));
  if (strange.length > 0)
    return refused(`${alias} does not lead to ${strange.join(', ')}`, `it leads to ${held.join(', ')}`);
  const wanted = destinations.length === 0 ? [] : held.filter((to) => !destinations.includes(to));
  if (wanted.length > 0) return lead(change, alias, { action: 'alias.remove', held, wanted, fields: {} });
  await change.rows('delete from unified.email_aliases where alias_email = $1', [alias]);
  const loop = await refusedLoop(change, [alias]);
  if (loop) return loop;
  await audit(change, {
    action: 'alias.remove',
    resource: 'alias',
    id: alias,
    details: { destinations: held },
  });
  return done({ alias, destinations: [], notes: [] });
}

/** Holds all ways until the change ends, and tells where the alias leads now. */
async function heldDestinations(sql: Sql, alias: AliasKey): Promise<Address[]> {
  await lockWays(sql);
  const rows = await sql.rows<{ destination_email: Address }>(
    `select destination_email
     from unified.email_aliases
     where alias_email = $1
     order by id`,
    [alias],
  );
  return rows.map((row) => row.destination_email);
}

interface Leading {
  readonly action: string;
  readonly held: readonly Address[];
  readonly wanted: readonly Address[];
  readonly fields: AliasFields;
}

async function lead(change: Change, alias: AliasKey, leading: Leading): Promise<Outcome<AliasState>> {
  const { action, held, wanted, fields } = leading;
  const domain = await lockDomain(change, domainOf(alias));
  if (domain.kind === 'refused') return domain;
  const no =
    refusedShape(alias, wanted, domain.value) ??
    (await refusedWithoutMailbox(change, alias, wanted)) ??
    (held.length === 0 ? await refusedAliasOverLimit(change, domain.value) : undefined);
  if (no) return no;
  await writeRows(change, alias, leading);
  const loop = await refusedLoop(change, [alias]);
  if (loop) return loop;
  const userId = fields.ownerId ?? null;
  await audit(change, {
    action,
    resource: 'alias',
    id: alias,
    userId,
    details: { destinations: wanted, ...fields },
  });
  return done({ alias, destinations: wanted, notes: await notesOn(change, alias, wanted) });
}

function refusedShape(
  alias: AliasKey,
  wanted: readonly Address[],
  domain: LockedDomain,
): Refused | undefined {
  if (wanted.length === 0) return refused('an alias needs a destination', 'name one or more addresses');
  if (alias.startsWith('@') && domain.type === 'alias') {
    return refused(
      `${domain.domain} is an alias domain of ${domain.target} and has its catch-all`,
      `use @${domain.target}`,
    );
  }
  return wanted.every((to) => to === alias)
    ? refused('it would lead to itself alone', 'name another destination too')
    : undefined;
}

/** An alias that leads to itself too means: the mailbox keeps a copy. */
async function refusedWithoutMailbox(
  sql: Sql,
  alias: AliasKey,
  wanted: readonly Address[],
): Promise<Refused | undefined> {
  if (!wanted.includes(alias as Address)) return undefined;
  const mailboxes = await sql.rows('select 1 from unified.users where email = $1', [alias]);
  if (mailboxes.length > 0) return undefined;
  return refused(
    `it would lead to itself, and there is no mailbox ${alias}`,
    'leave it out, or add the user first',
  );
}

const refusedMissing = (alias: AliasKey): Refused =>
  refused(`there is no alias ${alias}`, 'see: dovetail alias list');

/** New rows take the switches of the old ones, so that an alias has one state. */
async function writeRows(sql: Sql, alias: AliasKey, { held, wanted, fields }: Leading): Promise<void> {
  const gone = held.filter((to) => !wanted.includes(to));
  const added = wanted.filter((to) => !held.includes(to));
  await sql.rows(
    `insert into unified.email_aliases
       (alias_email, destination_email, is_catch_all, user_id, is_active, may_send_as, allowed_senders, expires_at, description)
     select $1, added.destination, left($1, 1) = '@', old.user_id, coalesce(old.is_active, true),
       coalesce(old.may_send_as, true), coalesce(old.allowed_senders, 'public'), old.expires_at, old.description
     from unnest($2::text[]) with ordinality as added (destination, place)
     left join (
       select user_id, is_active, may_send_as, allowed_senders, expires_at, description
       from unified.email_aliases
       where alias_email = $1
       order by id
       limit 1
     ) as old on true
     order by added.place`,
    [alias, added],
  );
  await sql.rows(
    `delete from unified.email_aliases
     where alias_email = $1 and destination_email = any($2)`,
    [alias, gone],
  );
  if (Object.values(fields).some((value) => value !== undefined)) await writeFields(sql, alias, fields);
}

async function writeFields(sql: Sql, alias: AliasKey, fields: AliasFields): Promise<void> {
  const { ownerId, expiresAt, description, maySendAs, active, allowedSenders } = fields;
  await sql.rows(
    `update unified.email_aliases
     set user_id = case when $2 then $3 else user_id end,
       expires_at = case when $4 then $5 else expires_at end,
       description = coalesce($6, description),
       may_send_as = coalesce($7, may_send_as),
       is_active = coalesce($8, is_active),
       allowed_senders = coalesce($9, allowed_senders)
     where alias_email = $1`,
    [
      alias,
      ownerId !== undefined,
      ownerId ?? null,
      expiresAt !== undefined,
      expiresAt ?? null,
      description ?? null,
      maySendAs ?? null,
      active ?? null,
      allowedSenders ?? null,
    ],
  );
}
