/** audit — `dovetail audit list | prune`: who did what, and for how long that is kept. */

import type { AuditMonth } from '../accounts/audit-retention.ts';
import type { AuditRow } from '../accounts/listing/audit.ts';
import { counted, createReader, example, makeChange, read, readLimit } from './accounts.ts';
import type { CommandFile, World } from './command.ts';
import type { Column } from './output.ts';

export const audit: CommandFile = {
  register(program, world) {
    const family = program.command('audit').description('who did what, and for how long that is kept');
    family
      .command('list')
      .description('list what was done, latest first')
      .option('--user <user>', 'only about this user: the address or the login name')
      .option('--service <name>', 'only by this service: cli, imap, …')
      .option('--action <pattern>', 'only this action: user.add, user.*, …')
      .option('--failed', 'only what failed')
      .option('--since <when>', 'only since then: 2h, 7d or 2026-11-01')
      .option('--limit <number>', 'at most so many', '50')
      .addHelpText('after', example('dovetail audit list --user alice@example.org --since 7d'))
      .action((options: ListOptions) => list(world, options));
    family
      .command('prune')
      .description('remove old entries, by whole months; needs the owner of the schema')
      .requiredOption('--older-than <months>', 'keep so many whole months: 12months, 2years')
      .option('--dry-run', 'only say what would be removed')
      .addHelpText('after', example('dovetail audit prune --older-than 12months --dry-run'))
      .action((options: PruneOptions) => prune(world, options));
  },
};

interface ListOptions {
  readonly user?: string;
  readonly service?: string;
  readonly action?: string;
  readonly failed?: true;
  readonly since?: string;
  readonly limit: string;
}

interface PruneOptions {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

const ROWS: readonly Column<AuditRow>[] = [
  { head: 'WHEN (UTC)', cell: (row) => row.created_at.toISOString().slice(0, 19).replace('T', ' ') },
  { head: 'SERVICE', cell: (row) => row.service },
  { head: 'ACTION', cell: (row) => row.action },
  { head: 'OK', cell: (row) => row.success },
  { head: 'ON', cell: (row) => row.resource_id ?? row.resource },
  { head: 'USER', cell: (row) => row.user },
  { head: 'BY', cell: (row) => row.by },
  { head: 'FROM', cell: (row) => row.ip_address },
  { head: 'WHY', cell: (row) => row.error_message },
];

async function list(world: World, options: ListOptions): Promise<void> {
  const what = 'cannot list the audit trail';
  const reader = await createReader(world, what);
  const since = reader.optional(reader.since, options.since);
  const limit = readLimit(what, options.limit);
  const { user, service, action, failed } = options;
  const { listAudit } = await import('../accounts/listing/audit.ts');
  await read(world, (sql) =>
    world.output.list(ROWS, listAudit(sql, { user, service, action, failed, since, limit })),
  );
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const MONTHS: readonly Column<AuditMonth>[] = [
  { head: 'MONTH (UTC)', cell: ({ month }) => month ?? 'without a month' },
  { head: 'ENTRIES', align: 'right', cell: ({ entries }) => entries },
  { head: 'MB', align: 'right', cell: ({ bytes }) => megabytes(bytes) },
];

async function prune(world: World, { olderThan, dryRun = false }: PruneOptions): Promise<void> {
  const what = 'cannot prune the audit trail';
  const reader = await createReader(world, what);
  const keep = reader.months(olderThan);
  const { findOldMonths, pruneAudit, sumOf } = await import('../accounts/audit-retention.ts');
  const work = dryRun ? findOldMonths : pruneAudit;
  const months = await makeChange(world, what, (change) => work(change, keep));
  if (!world.output.json && months.length > 0) await world.output.list(MONTHS, [months]);
  const entries = sumOf(months);
  world.output.done(sentence(entries, months.length, keep, dryRun), { dry_run: dryRun, entries, months });
}

function sentence(entries: number, months: number, keep: number, dryRun: boolean): string {
  const kept = `this month and the ${keep === 1 ? 'one' : keep} before it`;
  if (months === 0) return `Nothing is older: ${kept} are kept.`;
  const what = counted(entries, 'entry', 'entries');
  return dryRun ? `Would remove ${what}; nothing was removed.` : `Removed ${what}; ${kept} are kept.`;
}
