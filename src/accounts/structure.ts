/** structure — the facts about addresses as the tables hold them now, in this transaction, with
 * everything taken for switched on: what the search for loops asks. */

import type { Address, CatchAll, Domain } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type { AddressFacts, DomainFacts, Question } from '../lookup/facts.ts';
import type { Sql } from './change.ts';

export interface Structure {
  /** Brings what the questions ask for, in one query a table. */
  load(questions: readonly Question[]): Promise<void>;
  has(question: Question): boolean;
  of(question: Question): Known<AddressFacts | DomainFacts>;
}

type Key = Address | CatchAll;

export function createStructure(sql: Sql): Structure {
  const addresses = new Map<Key, AddressFacts | undefined>();
  const domains = new Map<Domain, DomainFacts | undefined>();
  const known: Partial<
    Record<Question['about'], ReadonlyMap<string, AddressFacts | DomainFacts | undefined>>
  > = { address: addresses, domain: domains };
  /** Of all else nothing is known: it leads mail nowhere. */
  const about = (asked: Question) => known[asked.about];
  return {
    async load(questions) {
      const keys = questions.flatMap((asked) =>
        asked.about === 'address' ? [asked.key, ...asked.hints] : [],
      );
      const names = questions.flatMap((asked) => (asked.about === 'domain' ? [asked.key] : []));
      await loadAddresses(sql, addresses, missing(keys, addresses));
      await loadDomains(sql, domains, missing(names, domains));
    },
    has: (asked) => about(asked)?.has(asked.key) ?? true,
    of: (asked) => ({ kind: 'known', value: about(asked)?.get(asked.key), lastKnown: false }),
  };
}

const missing = <K>(keys: readonly K[], known: ReadonlyMap<K, unknown>): K[] =>
  [...new Set(keys)].filter((key) => !known.has(key));

async function loadAddresses(
  sql: Sql,
  known: Map<Key, AddressFacts | undefined>,
  keys: Key[],
): Promise<void> {
  if (keys.length === 0) return;
  const users = await sql.rows<{ email: Key; username: string }>(
    `select email, username
     from unified.users
     where email = any($1)`,
    [keys],
  );
  const aliases = await sql.rows<{ alias_email: Key; destination_email: Address }>(
    `select alias_email, destination_email
     from unified.email_aliases
     where alias_email = any($1)
     order by id`,
    [keys],
  );
  const logins = new Map(users.map(({ email, username }) => [email, username]));
  const leading = new Map<Key, Address[]>(keys.map((key) => [key, []]));
  for (const { alias_email, destination_email } of aliases) leading.get(alias_email)?.push(destination_email);
  for (const [key, destinations] of leading) known.set(key, factsOf(logins.get(key), destinations));
}

function factsOf(login: string | undefined, destinations: readonly Address[]): AddressFacts | undefined {
  if (login === undefined && destinations.length === 0) return undefined;
  return {
    mailbox: login === undefined ? undefined : { login, mailbox: '', usable: true },
    aliases: destinations.map((destination) => ({ destination, usable: true, allowedSenders: 'public' })),
  };
}

async function loadDomains(
  sql: Sql,
  known: Map<Domain, DomainFacts | undefined>,
  names: Domain[],
): Promise<void> {
  if (names.length === 0) return;
  const rows = await sql.rows<{ domain: Domain; type: DomainFacts['type']; target: Domain | null }>(
    `select domain, domain_type as type, target_domain as target
     from unified.mail_domains
     where domain = any($1)`,
    [names],
  );
  for (const name of names) known.set(name, undefined);
  for (const { domain, type, target } of rows)
    known.set(domain, { type, usable: true, target: target ?? undefined });
}
