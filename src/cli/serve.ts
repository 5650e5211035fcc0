/** serve — `dovetail serve`: the daemon, in the foreground, until SIGTERM or SIGINT. SIGHUP has it
 * read its settings again.
 *
 * exit     0 after a drain, 1 when it could not start or had to end by itself */

import { setFlagsFromString } from 'node:v8';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const serve: CommandFile = {
  register(program, world) {
    program
      .command('serve')
      .description('run the daemon: answer Postfix and Dovecot on the sockets of the run folder')
      .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql:///mail dovetail serve')
      .action(() => run(world));
  },
};

/** V8 lets a heap grow to three times what lives in it before it cleans up, which serves programs
 * that run alone on their machine. Read at each collection, so it may still be set here. */
const SMALL_HEAP = '--heap-growing-percent=20';

async function run(world: World): Promise<void> {
  setFlagsFromString(SMALL_HEAP);
  const settings = await world.settings();
  const { createLog } = await import('../config/log.ts');
  const log = createLog({ level: settings.logLevel });
  const stop = signalled(log);
  const hangUps = hearHangUps(log);
  const { url, embedded } = await world.openServer();
  if (embedded) {
    log.info('database.embedded', { folder: settings.stateDir });
    await migrateEmbedded(url, log);
  }

  const { handedBySystemd } = await import('../config/settings.ts');
  const { startDaemon } = await import('../main.ts');
  await makeRunFolder(settings.runDir);
  const daemon = await startDaemon({
    settings,
    readSettings: world.readSettings,
    onSettings: ({ logLevel }) => log.setLevel(logLevel),
    url,
    systemd: handedBySystemd(),
    clock: world.clock,
    log,
  }).catch(refuseToServe);
  hangUps.each(daemon.reload);
  const unfit = await Promise.race([stop, daemon.mustEnd]);
  hangUps.each(async () => undefined);
  await daemon.close();
  if (unfit !== undefined) {
    throw failure({ what: 'the daemon had to end', why: unfit, advice: 'then start it again' });
  }
}

async function makeRunFolder(folder: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    const advice = 'give DOVETAIL_RUN_DIR a folder that may be written to';
    throw failure({ what: 'cannot serve', why: reasonOf(error), advice });
  });
}

function refuseToServe(error: unknown): never {
  const advice = 'mend that and start it again; see docs/operations.md';
  throw failure({ what: 'cannot serve', why: reasonOf(error), advice });
}

/** Resolves with the first SIGTERM or SIGINT; a second one does not wait for the drain. */
function signalled(log: Log): Promise<undefined> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      log.info('daemon.draining', { signal });
      resolve(undefined);
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
  });
}

/** Every SIGHUP does what `each` was last given, one after another; one that came before waits for
 * the first. Without a listener it would end the daemon. */
function hearHangUps(log: Log): { each(work: () => Promise<void>): void } {
  let work: (() => Promise<void>) | undefined;
  let isWaiting = false;
  let last: Promise<void> = Promise.resolve();
  const run = (): void => {
    if (!work) isWaiting = true;
    else last = last.then(work).catch((error) => log.error('settings.failed', { why: reasonOf(error) }));
  };
  process.on('SIGHUP', run);
  return {
    each(next) {
      work = next;
      if (isWaiting) run();
      isWaiting = false;
    },
  };
}

async function migrateEmbedded(url: string, log: Log): Promise<void> {
  const { migrateUp } = await import('../database/migrate.ts');
  const { applied } = await migrateUp({ url, log });
  if (applied.length > 0) log.info('schema.migrated', { migrations: applied.length });
}
