/** account-book — a fresh database with the services on it, as the command line uses them. */

import { type Change, change, type Sql } from '../../../src/accounts/change.ts';
import { createFindLoop } from '../../../src/accounts/loops.ts';
import type { Outcome } from '../../../src/accounts/outcome.ts';
import type { PasswordHash } from '../../../src/accounts/passwords.ts';
import { type Address, type Domain, parseAddress, parseDomain } from '../../../src/base/address.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase } from '../../../src/database/connection.ts';
import { locate } from '../../../src/lookup/resolve.ts';
import { createTestDatabase } from '../../support/database.ts';

export interface AccountBook {
  readonly url: string;
  /** One change, as one command makes it. */
  make<T>(work: (change: Change) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** The same, which must be done. */
  must<T>(work: (change: Change) => Promise<Outcome<T>>): Promise<T>;
  rows<R>(text: string, parameters?: readonly unknown[]): Promise<R[]>;
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openAccountBook(): Promise<AccountBook> {
  const { url, close } = await createTestDatabase();
  const database = createDatabase({ url, log: silent, clock: systemClock });
  const findLoop = createFindLoop((address) => locate(address, { delimiters: '+' }), '+');
  const parts = { store: database, findLoop, actor: { service: 'cli', person: 'tester' } };
  const make: AccountBook['make'] = (work) => change(parts, work);
  return {
    url,
    make,
    async must(work) {
      const outcome = await make(work);
      if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.why}`);
      return outcome.value;
    },
    rows: (text, parameters) => database.transaction((sql) => sql.rows(text, parameters)),
    read: (work) => database.transaction(work),
    async close() {
      await database.close();
      await close();
    },
  };
}

export const address = (text: string): Address => parseAddress(text) ?? oops(text);
export const domain = (text: string): Domain => parseDomain(text) ?? oops(text);

/** Of no password that anybody knows. */
export const HASH: PasswordHash = { scheme: 'SSHA256', text: Buffer.alloc(40, 7).toString('base64') };

function oops(text: string): never {
  throw new Error(`no address and no domain: ${text}`);
}
