/** fetch — turns rows of the service views into facts about logins: what the caches fetch with.
 *
 * Keys that are not in the result are proven absent. Rejects when the database is away. */

import { type Milliseconds, seconds } from '../base/clock.ts';
import {
  type CredentialRow,
  credentials,
  type LoginRow,
  loginFacts,
  type Statement,
  type UserRow,
  users,
} from '../database/statements.ts';
import type { AccountFacts, CredentialFacts, LoginFacts } from './facts.ts';

export type Rows = <R>(statement: Statement, parameters: readonly unknown[]) => Promise<R[]>;

interface Fetched<V> {
  readonly value: V;
  /** When the passing of time alone will change it. */
  readonly changesIn?: Milliseconds;
}

type Fetch<V> = (keys: readonly string[]) => Promise<Map<string, Fetched<V>>>;

/** By login name and by the address of the mailbox. */
export const fetchLogins =
  (rows: Rows): Fetch<LoginFacts> =>
  async (keys) => {
    const facts = new Map<string, Fetched<LoginFacts>>();
    for (const row of await rows<LoginRow>(loginFacts, [keys])) {
      const value = { username: row.username, usable: row.is_usable };
      const names = new Set([row.username, row.email]);
      for (const key of keys) if (names.has(key)) facts.set(key, { value, ...changing([row]) });
    }
    return facts;
  };

export const fetchCredentials =
  (rows: Rows): Fetch<readonly CredentialFacts[]> =>
  async (keys) => {
    const grouped = new Map<string, CredentialRow[]>();
    for (const row of await rows<CredentialRow>(credentials, [keys])) {
      const others = grouped.get(row.username);
      if (others) others.push(row);
      else grouped.set(row.username, [row]);
    }
    return new Map(
      [...grouped].map(([user, own]) => [user, { value: own.map(credentialOf), ...changing(own) }]),
    );
  };

export const fetchAccounts =
  (rows: Rows): Fetch<AccountFacts> =>
  async (keys) => {
    const accounts = await rows<UserRow>(users, [keys]);
    return new Map(accounts.map((row) => [row.username, { value: accountOf(row), ...changing([row]) }]));
  };

const credentialOf = (row: CredentialRow): CredentialFacts => ({
  id: String(row.password_id),
  service: row.service,
  label: row.label ?? '',
  hash: row.password,
  mustChange: row.must_change,
});

const accountOf = (row: UserRow): AccountFacts => ({
  user: row.username,
  home: row.home,
  uid: Number(row.uid),
  gid: Number(row.gid),
  mail: row.mail,
  quotaBytes: row.quota_bytes,
  quotaMessages: row.quota_messages,
});

/** The earliest change of several rows that make one fact. */
function changing(rows: readonly { readonly changes_in: number | null }[]): { changesIn?: Milliseconds } {
  const spans = rows.flatMap(({ changes_in }) => (changes_in === null ? [] : [changes_in]));
  return spans.length === 0 ? {} : { changesIn: seconds(Math.min(...spans)) };
}
