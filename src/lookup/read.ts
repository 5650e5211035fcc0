/** read — turns rows of the lookup views into facts, for the caches to keep. */

import type { Address, Domain } from '../base/address.ts';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Database } from '../database/connection.ts';
import {
  type AddressRow,
  addressFacts,
  type DomainRow,
  domainFacts,
  type EntryRow,
  entryFacts,
  type SenderRow,
  type SrsSecretRow,
  secretFacts,
  senderFacts,
  srsSecrets,
} from '../database/lookups.ts';
import type { Statement } from '../database/statement.ts';
import type {
  AddressFacts,
  AliasFacts,
  DomainFacts,
  EntryFacts,
  MailboxFacts,
  SenderFacts,
  SrsSecrets,
} from './facts.ts';

type Rows = Pick<Database, 'rows'>;
type Read<V> = Map<string, { value: V; changesIn?: Milliseconds }>;

interface Draft {
  mailbox: MailboxFacts | undefined;
  readonly aliases: AliasFacts[];
}

/** Rejects when the database is away; a key that is not in the map has no facts. */
export async function readAddresses(database: Rows, keys: readonly string[]): Promise<Read<AddressFacts>> {
  const facts: Read<Draft> = new Map();
  for (const row of await database.rows<AddressRow>(addressFacts, [keys])) {
    const draft = draftOf(facts, row.address, row.changes_in, () => ({ mailbox: undefined, aliases: [] }));
    addRow(draft, row);
  }
  return facts;
}

/** Rejects when the database is away; nobody may send as a key that is not in the map. */
export async function readSenders(database: Rows, keys: readonly string[]): Promise<Read<SenderFacts>> {
  const facts: Read<string[]> = new Map();
  for (const row of await database.rows<SenderRow>(senderFacts, [keys])) {
    const logins = draftOf(facts, row.sender, row.changes_in, () => []);
    if (row.is_usable) logins.push(row.login);
  }
  return facts;
}

/** What was read of `key` so far; it changes with the first of its rows. */
function draftOf<D>(facts: Read<D>, key: string, changesIn: number | null, begin: () => D): D {
  const entry: { value: D; changesIn?: Milliseconds } = facts.get(key) ?? { value: begin() };
  facts.set(key, entry);
  const first = Math.min(entry.changesIn ?? Number.POSITIVE_INFINITY, spanOf(changesIn));
  if (Number.isFinite(first)) entry.changesIn = first;
  return entry.value;
}

function addRow(draft: Draft, row: AddressRow): void {
  const { kind, value, login, is_usable: usable } = row;
  // The columns are checked to be canonical by the schema, so nothing is parsed again.
  if (kind === 'mailbox') draft.mailbox = { login: login ?? '', mailbox: value, usable };
  else
    draft.aliases.push({
      destination: value as Address,
      usable,
      allowedSenders: row.allowed_senders ?? 'public',
    });
}

/** Rejects when the database is away; a key that is not in the map has no facts. */
export async function readDomains(database: Rows, keys: readonly string[]): Promise<Read<DomainFacts>> {
  const rows = await database.rows<DomainRow>(domainFacts, [keys]);
  return new Map(
    rows.map((row) => {
      const value: DomainFacts = {
        type: row.domain_type,
        usable: row.is_usable,
        target: (row.target_domain ?? undefined) as Domain | undefined,
      };
      return [row.domain, row.changes_in === null ? { value } : { value, changesIn: spanOf(row.changes_in) }];
    }),
  );
}

/** Rejects when the database is away; of a key that is not in the map no map says anything. */
export const readEntries = (database: Rows, keys: readonly string[]): Promise<Read<EntryFacts>> =>
  readEntryRows(database, entryFacts, keys);

/** The same of the maps whose values are passwords. */
export const readSecrets = (database: Rows, keys: readonly string[]): Promise<Read<EntryFacts>> =>
  readEntryRows(database, secretFacts, keys);

/** There is one list, whatever is asked for. Rejects when the database is away. */
export async function readSrsSecrets(database: Rows, keys: readonly string[]): Promise<Read<SrsSecrets>> {
  const rows = await database.rows<SrsSecretRow>(srsSecrets, []);
  const facts: Read<string[]> = new Map();
  for (const key of keys) {
    for (const { secret, changes_in } of rows) draftOf(facts, key, changes_in, () => []).push(secret);
  }
  return facts;
}

async function readEntryRows(
  database: Rows,
  statement: Statement,
  keys: readonly string[],
): Promise<Read<EntryFacts>> {
  const facts: Read<Record<string, string>> = new Map();
  for (const { key, map, value } of await database.rows<EntryRow>(statement, [keys])) {
    const values: Record<string, string> = draftOf(facts, key, null, () => ({}));
    values[map] = value;
  }
  return facts;
}

const spanOf = (changesIn: number | null): Milliseconds =>
  changesIn === null ? Number.POSITIVE_INFINITY : Math.max(0, seconds(changesIn));
