/** audit-retention — old months of the audit trail go, as whole partitions.
 *
 * limits   waits LOCK_TIMEOUT for whoever reads or writes the trail, and then gives up
 * security only the owner of the schema may; that it was done is itself an entry */

import { audit, type Change, type Sql } from './change.ts';
import { done, type Outcome, refused } from './outcome.ts';

export interface AuditMonth {
  /** `2025-11`; null: entries that came when their month had no partition. */
  readonly month: string | null;
  readonly entries: number;
  readonly bytes: number;
}

const LOCK_TIMEOUT = '10s';

/** The months that end before so many whole months ago, oldest first: what `pruneAudit` removes. */
export const findOldMonths = (sql: Sql, keepMonths: number): Promise<Outcome<AuditMonth[]>> =>
  refusing(async () => done(await oldMonths(sql, keepMonths)));

/** Removes them; what was removed. */
export const pruneAudit = (change: Change, keepMonths: number): Promise<Outcome<AuditMonth[]>> =>
  refusing(async () => {
    await change.rows(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    // Whoever makes months meanwhile (043) waits, and so does a second retention.
    await change.rows(`select pg_advisory_xact_lock(hashtext('unified.create_audit_partitions'))`);
    const months = await oldMonths(change, keepMonths);
    if (months.length === 0) return done(months);
    await change.rows('select unified.drop_audit_partitions($1)', [keepMonths]);
    await audit(change, {
      action: 'audit.prune',
      resource: 'audit_log',
      id: `older than ${keepMonths} months`,
      details: { months: months.map(({ month }) => month ?? 'no month'), entries: sumOf(months) },
    });
    return done(months);
  });

async function oldMonths(sql: Sql, keepMonths: number): Promise<AuditMonth[]> {
  const partitions = await sql.rows<{ name: string; month: string; bytes: number }>(PARTITIONS, [keepMonths]);
  const months: AuditMonth[] = [];
  for (const { name, month, bytes } of partitions) {
    const [{ entries } = { entries: 0 }] = await sql.rows<{ entries: number }>(
      // The name is PostgreSQL's own, quoted where it has to be.
      `select count(*)::float8 as entries from ${name}`,
    );
    months.push({ month, entries, bytes });
  }
  const [strays] = await sql.rows<AuditMonth>(STRAYS, [keepMonths]);
  return strays && strays.entries > 0 ? [...months, strays] : months;
}

async function refusing<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    const known = REFUSALS[codeOf(error)];
    if (known) return known;
    throw error;
  }
}

export const sumOf = (months: readonly AuditMonth[]): number =>
  months.reduce((sum, { entries }) => sum + entries, 0);

const REFUSALS: Readonly<Record<string, ReturnType<typeof refused>>> = {
  '42501': refused('only the owner of the schema may', 'use a DATABASE_URL of the owner'),
  '55P03': refused(
    `somebody has used the audit trail for ${LOCK_TIMEOUT}`,
    'run it again; nothing was removed',
  ),
};

/** PostgreSQL's SQLSTATE. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

// What unified.drop_audit_partitions will choose.
const PARTITIONS = `
  select part.oid::regclass::text as name, replace(right(part.relname, 7), '_', '-') as month,
         pg_total_relation_size(part.oid)::float8 as bytes
  from pg_inherits
  join pg_class as part on part.oid = inhrelid
  where inhparent = 'unified.audit_log'::regclass
    and part.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
    and to_date(right(part.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < unified.audit_kept_since($1)
  order by part.relname`;

const STRAYS = `
  select null as month, count(*)::float8 as entries, coalesce(sum(pg_column_size(e.*)), 0)::float8 as bytes
  from unified.audit_log_default as e
  where created_at < unified.audit_kept_since($1)`;
