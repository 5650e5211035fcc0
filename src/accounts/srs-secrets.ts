/** srs-secrets — the secrets with which senders of forwarded mail are rewritten.
 *
 * security  no audit row and no refusal holds one; who changes them need not read them */

import { hours, type Milliseconds } from '../base/clock.ts';
import { audit, type Change, type Sql } from './change.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** As long as an address that was signed before is accepted anyway, and a day. */
const KEEP_FOR: Milliseconds = hours(24 * 22);

export interface SecretRow {
  readonly id: number;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly signs: boolean;
}

/** The new secret signs from now on; those before it are accepted until what they signed is too old. */
export async function rotateSecret(change: Change, secret: string): Promise<Outcome<{ id: number }>> {
  await change.rows(`delete from unified.srs_secrets where expires_at <= now()`);
  await change.rows(
    `update unified.srs_secrets
     set expires_at = now() + $1 * interval '1 millisecond'
     where expires_at is null`,
    [KEEP_FOR],
  );
  const [row] = await change.rows<{ id: number }>(
    `insert into unified.srs_secrets (secret)
     values ($1)
     returning id::float8 as id`,
    [secret],
  );
  const id = row?.id ?? Number.NaN;
  await audit(change, { action: 'srs.rotate', resource: 'srs', id: String(id) });
  return done({ id });
}

export async function removeSecret(change: Change, id: number): Promise<Outcome<{ id: number }>> {
  const removed = await change.rows('delete from unified.srs_secrets where id = $1 returning id', [id]);
  if (removed.length === 0) return refused(`there is no secret ${id}`, 'see: dovetail srs list');
  await audit(change, { action: 'srs.remove', resource: 'srs', id: String(id) });
  return done({ id });
}

/** Those that are accepted, the one that signs first. */
export const listSecrets = (sql: Sql): Promise<SecretRow[]> =>
  sql.rows<SecretRow>(
    `select id::float8 as id, created_at, expires_at, id = max(id) over () as signs
     from unified.srs_secrets
     where expires_at is null or expires_at > now()
     order by id desc`,
  );
