/** read — turns rows of the login views into facts, for the caches to keep.
 *
 * Keys that are not in a result are proven absent. Rejects when the database is away. */

import type { Domain } from '../base/address.ts';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Database } from '../database/connection.ts';
import {
  type CredentialRow,
  credentials,
  type LoginRow,
  loginFacts,
  salts,
  type UserRow,
  users,
} from '../database/logins.ts';
import { type SaltSecretRow, saltSecret } from '../database/salt-secret.ts';
import type { Statement } from '../database/statement.ts';
import type { AccountFacts, CredentialFacts, LoginFacts } from './facts.ts';

type Rows = Pick<Database, 'rows'>;
interface Entry<V> {
  value: V;
  changesIn?: Milliseconds;
}

/** By login name, or by the mailbox's address where that is another: LMTP asks so. No login name is
 * another user's address (users_username_unambiguous), so a key has one row. */
export async function readLogins(
  database: Rows,
  keys: readonly string[],
): Promise<Map<string, Entry<LoginFacts>>> {
  const rows = await database.rows<LoginRow>(loginFacts, [keys]);
  return new Map(rows.map((row) => [row.username, entry(loginOf(row), row.changes_in)]));
}

function loginOf({ user, domain, user_id: userId, is_usable: usable }: LoginRow): LoginFacts {
  const login = { username: user, userId, usable };
  // Most login names are addresses: a million times the domain need not be kept twice.
  return user.endsWith(`@${domain}`) ? login : { ...login, domain: domain as Domain };
}

const passwordsOf =
  (statement: Statement) =>
  async (
    database: Rows,
    keys: readonly string[],
  ): Promise<Map<string, Entry<readonly CredentialFacts[]>>> => {
    const byUser = new Map<string, Entry<CredentialFacts[]>>();
    for (const row of await database.rows<CredentialRow>(statement, [keys])) {
      const before = byUser.get(row.username);
      const passwords = [...(before?.value ?? []), credentialOf(row)];
      byUser.set(row.username, sooner(entry(passwords, row.changes_in), before?.changesIn));
    }
    return byUser;
  };

/** By login name: every password of the user, also those that open nothing now. */
export const readCredentials = passwordsOf(credentials);

/** By login name, also of who may not use mail: his SCRAM passwords, of whose hashes only iterations and salt are there. */
export const readSalts = passwordsOf(salts);

/** Undefined where nobody has made one. */
export async function readSaltSecret(database: Rows): Promise<Buffer | undefined> {
  const [row] = await database.rows<SaltSecretRow>(saltSecret, []);
  return row?.secret;
}

const credentialOf = (row: CredentialRow): CredentialFacts => ({
  id: row.password_id,
  service: row.service,
  label: row.label,
  hash: row.password,
  mustChange: row.must_change,
  isExpired: row.is_expired,
  isReplaced: row.is_replaced,
  isSuspended: row.is_suspended,
  restoredAt: row.restored_at,
  networks: row.allowed_networks,
  changedAt: row.changed_at,
});

/** By login name: what Dovecot needs to open the mailbox. */
export async function readAccounts(
  database: Rows,
  keys: readonly string[],
): Promise<Map<string, Entry<AccountFacts>>> {
  const rows = await database.rows<UserRow>(users, [keys]);
  return new Map(rows.map((row) => [row.username, entry(accountOf(row), row.changes_in)]));
}

const accountOf = (row: UserRow): AccountFacts => ({
  user: row.user,
  home: row.home,
  uid: Number(row.uid),
  gid: Number(row.gid),
  mail: row.mail,
  quotaBytes: row.quota_bytes,
  quotaMessages: row.quota_messages,
});

function entry<V>(value: V, changesIn: number | null): Entry<V> {
  return changesIn === null ? { value } : { value, changesIn: Math.max(0, seconds(changesIn)) };
}

function sooner<V>(latest: Entry<V>, changesIn: Milliseconds | undefined): Entry<V> {
  if (changesIn === undefined) return latest;
  return { ...latest, changesIn: Math.min(changesIn, latest.changesIn ?? changesIn) };
}
