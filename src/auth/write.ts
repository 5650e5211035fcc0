/** write — what logins change in the database: a hash under a better scheme, the audit trail, when a
 * password was used last, and when a user came last. */

import type { Database, Sql } from '../database/connection.ts';
import type { Entry } from './journal.ts';
import type { Replacement } from './rehash.ts';

/** False where another hash than `known` is stored by now. Rejects when the database is away or
 * takes no changes. */
export async function replaceHash(
  database: Pick<Database, 'transaction'>,
  { id, known, scheme, text }: Replacement,
): Promise<boolean> {
  const [row] = await database.transaction((sql) =>
    sql.rows<{ replaced: boolean }>('select unified.rehash_password($1, $2, $3, $4) as replaced', [
      id,
      known,
      scheme,
      text,
    ]),
  );
  return row?.replaced ?? false;
}

/** Rejects when the database is away or refuses. */
export function writeJournal(database: Pick<Database, 'transaction'>, all: readonly Entry[]): Promise<void> {
  return database.transaction(async (sql) => {
    const entries = await withOurDomains(sql, all);
    const names = [...new Set(entries.flatMap(({ login }) => login ?? []))];
    const users = await sql.rows<{ username: string; user_id: string }>(
      'select username, user_id::text from unified.lookup_logins where username = any($1)',
      [names],
    );
    const ids = new Map(users.map(({ username, user_id }) => [username, user_id]));
    const userIdOf = ({ login }: Entry) => (login === undefined ? undefined : ids.get(login));
    const used = entries.filter(({ passwordId }) => passwordId !== undefined);
    await sql.rows('select unified.record_logins($1, $2)', [
      used.map(({ passwordId }) => passwordId),
      used.map(({ at }) => at),
    ]);
    const byToken = entries.filter(({ success, passwordId }) => success && passwordId === undefined);
    if (byToken.length > 0) {
      await sql.rows('select unified.record_token_logins($1, $2)', [
        byToken.map(userIdOf),
        byToken.map(({ at }) => at),
      ]);
    }
    const wrong = entries
      .filter(({ why }) => why === 'mismatch' || why === 'mismatch: token')
      .flatMap((entry) => Array<Entry>(Math.min(entry.count, MAX_FAILURES)).fill(entry))
      .filter(userIdOf);
    await sql.rows('select unified.record_failed_logins($1, $2)', [
      wrong.map(userIdOf),
      wrong.map(({ at }) => at),
    ]);
    await sql.rows('select unified.record_audit($1)', [
      JSON.stringify(merged(entries, userIdOf).map((entry) => auditRow(entry, userIdOf(entry)))),
    ]);
  });
}

/** By the name that the mail server uses; names that nobody has are passed over. Rejects as above. */
export const writeLastLogins = (
  database: Pick<Database, 'transaction'>,
  logins: ReadonlyMap<string, Date>,
): Promise<void> =>
  database.transaction(async (sql) => {
    await sql.rows(
      `select unified.record_token_logins(array_agg(u.user_id), array_agg(login.at))
       from unnest($1::text[], $2::timestamptz[]) as login (name, at)
       join unified.lookup_logins as u on u.username = login.name`,
      [[...logins.keys()], [...logins.values()]],
    );
  });

/** Others' domains are left out: what is behind the @ of a name that nobody has may be the end of a password. */
async function withOurDomains(sql: Sql, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const named = [...new Set(entries.flatMap(({ domain }) => domain ?? []))];
  if (named.length === 0) return entries;
  const rows = await sql.rows<{ domain: string }>(
    'select domain from unified.lookup_domains where domain = any($1)',
    [named],
  );
  const ours = new Set(rows.map(({ domain }) => domain));
  return entries.map((entry) =>
    entry.domain === undefined || ours.has(entry.domain) ? entry : { ...entry, domain: undefined },
  );
}

/** Of names that nobody has none is written down, so what is the same without the name is one row: else whoever
 * goes on with new names after he was refused would fill the table. */
function merged(entries: readonly Entry[], userIdOf: (entry: Entry) => string | undefined): readonly Entry[] {
  const rows = new Map<string | Entry, Entry>();
  for (const entry of entries) {
    const { service, ip = '', why = '', domain = '' } = entry;
    const key = userIdOf(entry) === undefined ? [service, ip, why, domain].join(' ') : entry;
    const same = rows.get(key);
    rows.set(key, same ? { ...same, count: same.count + entry.count } : entry);
  }
  return [...rows.values()];
}

/** Of one second and one address: past that it does not matter how many. */
const MAX_FAILURES = 100;

const auditRow = (entry: Entry, userId: string | undefined) => ({
  user_id: userId ?? null,
  service: entry.service,
  action: 'login',
  ip_address: entry.ip ?? null,
  success: entry.success,
  error_message: entry.why ?? null,
  created_at: entry.at.toISOString(),
  additional_data: {
    ...(entry.label ? { label: entry.label } : {}),
    ...(entry.domain ? { domain: entry.domain } : {}),
    ...(entry.count > 1 ? { count: entry.count } : {}),
  },
});
