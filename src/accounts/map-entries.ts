/** map-entries — what people enter for the maps of Postfix that have no table of their own.
 *
 * security  the value may be a password: neither an audit row nor a refusal holds it */

import { audit, type Change, type Sql } from './change.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';

/** Map and key as the schema has them. */
export interface EntryRef {
  readonly map: string;
  readonly key: string;
}

export interface EntryFields {
  readonly value?: string | undefined;
  readonly description?: string | undefined;
}

export async function addEntry(
  change: Change,
  entry: EntryRef,
  { value, description }: EntryFields & { readonly value: string },
): Promise<Outcome<EntryRef>> {
  if (await hasEntry(change, entry)) {
    return refused(`${entry.map} has ${entry.key} already`, 'change it: dovetail map set');
  }
  await change.rows(
    `insert into unified.map_entries (map, key, value, description)
     values ($1, $2, $3, $4)`,
    [entry.map, entry.key, value, description ?? null],
  );
  await auditEntry(change, 'map.add', entry);
  return done(entry);
}

export async function setEntry(
  change: Change,
  entry: EntryRef,
  { value, description }: EntryFields,
): Promise<Outcome<EntryRef>> {
  if (!(await hasEntry(change, entry))) return refusedMissing(entry);
  // As constants: whoever changes entries may not read their values.
  const sets = [
    ...(value === undefined ? [] : ['value = $3']),
    ...(description === undefined ? [] : [`description = $${value === undefined ? 3 : 4}`]),
  ];
  const values = [value, description].filter((one) => one !== undefined);
  await change.rows(
    `update unified.map_entries
     set ${sets.join(', ')}
     where map = $1 and key = $2`,
    [entry.map, entry.key, ...values],
  );
  await auditEntry(change, 'map.set', entry);
  return done(entry);
}

export async function removeEntry(change: Change, entry: EntryRef): Promise<Outcome<EntryRef>> {
  if (!(await hasEntry(change, entry))) return refusedMissing(entry);
  await change.rows(
    `delete from unified.map_entries
     where map = $1 and key = $2`,
    [entry.map, entry.key],
  );
  await auditEntry(change, 'map.remove', entry);
  return done(entry);
}

async function hasEntry(sql: Sql, { map, key }: EntryRef): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from unified.map_entries
     where map = $1 and key = $2`,
    [map, key],
  );
  return rows.length > 0;
}

const refusedMissing = ({ map, key }: EntryRef): Refused =>
  refused(`${map} has no ${key}`, `see: dovetail map list ${map}`);

const auditEntry = (change: Change, action: string, { map, key }: EntryRef): Promise<void> =>
  audit(change, { action, resource: 'map', id: map, details: { key } });
