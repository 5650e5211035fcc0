/** migrate — `dovetail migrate up | down | status | verify`: the schema, and where it stands.
 *
 * exit  0 done; status and verify: 0 when all is as this build wants it, 1 when it is not */

import type { AppliedMigration, MigrateOptions, MigrationState, MigrationStep } from '../database/migrate.ts';
import { type CommandFile, failure, type World } from './command.ts';
import type { Column } from './output.ts';

export const migrate: CommandFile = {
  register(program, world) {
    const family = program.command('migrate').description('the database schema: bring it up, take it down');
    family
      .command('up')
      .description('apply what is missing, and make the views anew where they changed')
      .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql:///mail dovetail migrate up')
      .action(() => up(world));
    family
      .command('down')
      .description('undo the latest migration, or all above a number; what is in their tables is lost')
      .option('--to <number>', 'undo all above it; 0 leaves nothing')
      .addHelpText('after', '\nExample:\n  dovetail migrate down --to 0')
      .action((options: { to?: string }) => down(world, options.to));
    family
      .command('status')
      .description('list what is applied and what is missing')
      .addHelpText('after', '\nExample:\n  dovetail migrate status --json')
      .action(() => status(world));
    family
      .command('verify')
      .description('check that what is applied is what the files say')
      .addHelpText('after', '\nExample:\n  dovetail migrate verify')
      .action(() => verify(world));
  },
};

async function up(world: World): Promise<void> {
  const { migrateUp } = await import('../database/migrate.ts');
  const result = await refusing('cannot migrate', migrateUp(await optionsOf(world)));
  const views = result.viewsRebuilt ? ', views made anew' : '';
  const count = result.applied.length;
  const sentence = count === 0 ? `nothing to apply${views}` : `${counted(count)} applied${views}`;
  world.output.done(sentence, { applied: result.applied, views_rebuilt: result.viewsRebuilt });
}

async function down(world: World, to: string | undefined): Promise<void> {
  const what = 'cannot migrate down';
  if (to !== undefined && !/^\d{1,6}$/u.test(to)) {
    const advice = 'give one that dovetail migrate status lists';
    throw failure({ what, why: `${to} is no number of a migration`, advice, code: 2 });
  }
  const { migrateDown, migrationStatus } = await import('../database/migrate.ts');
  const options = await optionsOf(world);
  const { applied } = await refusing(what, migrationStatus(options));
  const target = to === undefined ? (applied.at(-2)?.number ?? 0) : Number(to);
  const { undone } = await refusing(what, migrateDown({ ...options, to: target }));
  const sentence =
    undone.length === 0
      ? 'nothing to undo'
      : `${counted(undone.length)} undone; the views come back with: dovetail migrate up`;
  world.output.done(sentence, { undone });
}

async function status(world: World): Promise<void> {
  const { migrationStatus } = await import('../database/migrate.ts');
  const state = await refusing('cannot ask the database', migrationStatus(await optionsOf(world)));
  if (world.output.json) world.output.done('', forMachines(state));
  else await listState(world, state);
  if (state.missing.length > 0 || state.viewsDiffer) world.exitWith(1);
}

async function verify(world: World): Promise<void> {
  const { verifyMigrations } = await import('../database/migrate.ts');
  const { problems } = await refusing('cannot ask the database', verifyMigrations(await optionsOf(world)));
  if (problems.length === 0) world.output.done('what is applied is what the files say', { problems });
  else if (world.output.json) world.output.done('', { problems });
  else for (const problem of problems) world.output.line(problem);
  if (problems.length > 0) world.exitWith(1);
}

/** The state in the names that all JSON of dovetail has. */
const forMachines = ({ applied, missing, unknown, viewsDiffer, newerViews }: MigrationState) => ({
  applied: applied.map(migrationForMachines),
  missing,
  unknown: unknown.map(migrationForMachines),
  views_differ: viewsDiffer,
  newer_views: newerViews ?? null,
});

const migrationForMachines = ({ appliedAt, duration, ...same }: AppliedMigration) => ({
  ...same,
  applied_at: appliedAt,
  duration_ms: duration,
});

interface StatusRow {
  readonly name: string;
  readonly state: 'applied' | 'missing' | 'newer than this dovetail';
  readonly migration?: AppliedMigration;
}

const COLUMNS: readonly Column<StatusRow>[] = [
  { head: 'migration', cell: ({ name }) => name },
  { head: 'state', cell: ({ state }) => state },
  { head: 'applied at', cell: ({ migration }) => migration?.appliedAt.toISOString() },
  { head: 'ms', align: 'right', cell: ({ migration }) => migration?.duration },
];

async function listState(
  world: World,
  { applied, missing, unknown, viewsDiffer, newerViews }: MigrationState,
): Promise<void> {
  const newer = new Set(unknown.map(({ number }) => number));
  const rows: StatusRow[] = [
    ...applied.map((migration): StatusRow => {
      const state = newer.has(migration.number) ? 'newer than this dovetail' : 'applied';
      return { name: migration.name, state, migration };
    }),
    ...missing.map((name): StatusRow => ({ name, state: 'missing' })),
  ];
  await world.output.list(COLUMNS, [rows]);
  if (viewsDiffer) world.output.line('the views differ from their files');
  if (newerViews) world.output.line(`the views are those of dovetail ${newerViews}, and stay`);
  if (missing.length > 0 || viewsDiffer) world.output.line('to mend it: dovetail migrate up');
}

async function optionsOf(world: World): Promise<MigrateOptions> {
  const { url } = await world.openServer();
  return { url, log: world.log, onProgress: (step) => tell(world, step) };
}

/** Progress goes to stderr, for somebody who is looking; a notice for whoever reads it. */
function tell(world: World, step: MigrationStep): void {
  const { note } = world.output;
  if (step.kind === 'notice') note(`dovetail: ${step.text}`);
  else if (step.kind === 'waiting') note('dovetail: another node is migrating, waiting for it');
  else if (!world.input.isTerminal) return;
  else if (step.kind === 'views') note(`${step.count} views`);
  else note(`${step.kind} ${step.name} (${Math.round(step.duration)} ms, ${step.left} left)`);
}

/** Catches before it imports anything: `work` is under way, and may be refused meanwhile. */
async function refusing<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { reasonOf } = await import('../base/text.ts');
    const { adviceOn } = await import('./open-database.ts');
    throw failure({ what, why: reasonOf(error), advice: adviceOn(error) });
  }
}

const counted = (count: number): string => (count === 1 ? '1 migration' : `${count} migrations`);
