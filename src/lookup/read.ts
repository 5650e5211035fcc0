/** read — turns rows of the lookup views into facts, for the caches to keep. */

import type { Address, Domain } from '../base/address.ts';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Database } from '../database/connection.ts';
import { type AddressRow, addressFacts, type DomainRow, domainFacts } from '../database/statements.ts';
import type { AddressFacts, AliasFacts, DomainFacts, MailboxFacts } from './facts.ts';

type Rows = Pick<Database, 'rows'>;
type Read<V> = Map<string, { value: V; changesIn?: Milliseconds }>;

interface Draft {
  mailbox: MailboxFacts | undefined;
  readonly aliases: AliasFacts[];
  readonly senders: string[];
}

/** Rejects when the database is away; a key that is not in the map has no facts. */
export async function readAddresses(database: Rows, keys: readonly string[]): Promise<Read<AddressFacts>> {
  const facts: Map<string, { value: Draft; changesIn?: Milliseconds }> = new Map();
  for (const row of await database.rows<AddressRow>(addressFacts, [keys])) {
    const entry = facts.get(row.address) ?? { value: { mailbox: undefined, aliases: [], senders: [] } };
    facts.set(row.address, entry);
    addRow(entry.value, row);
    const changesIn = Math.min(entry.changesIn ?? Number.POSITIVE_INFINITY, spanOf(row.changes_in));
    if (Number.isFinite(changesIn)) entry.changesIn = changesIn;
  }
  return facts;
}

function addRow(draft: Draft, { kind, value, login, is_usable: usable }: AddressRow): void {
  // The columns are checked to be canonical by the schema, so nothing is parsed again.
  if (kind === 'mailbox') draft.mailbox = { login: login ?? '', mailbox: value, usable };
  else if (kind === 'alias') draft.aliases.push({ destination: value as Address, usable });
  else if (usable) draft.senders.push(value);
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

const spanOf = (changesIn: number | null): Milliseconds =>
  changesIn === null ? Number.POSITIVE_INFINITY : Math.max(0, seconds(changesIn));
