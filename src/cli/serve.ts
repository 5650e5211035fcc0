/** serve — `dovetail serve`: the daemon, in the foreground, until SIGTERM or SIGINT.
 *
 * exit     0 after a drain, 1 when it could not start or had to end by itself */

import { setFlagsFromString } from 'node:v8';
import type { Log } from '../base/log.ts';
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

/** V8 lets a heap of 55 MB grow to three times that before it cleans up, which serves programs that
 * run alone on their machine. Read at each collection, so they may still be set here. */
const SMALL_HEAP = ['--heap-growing-percent=20', '--semi-space-growth-factor=1'];

async function run(world: World): Promise<void> {
  SMALL_HEAP.forEach(setFlagsFromString);
  const settings = await world.settings();
  const { createLog } = await import('../config/log.ts');
  const log = createLog({ level: settings.logLevel });
  const stop = signalled(log);
  const { url, embedded } = await world.openServer();
  if (embedded) {
    log.info('database.embedded', { folder: settings.stateDir });
    await migrateEmbedded(url, log);
  }

  const { handedBySystemd } = await import('../config/settings.ts');
  const { mkdir } = await import('node:fs/promises');
  const { startDaemon } = await import('../main.ts');
  await mkdir(settings.runDir, { recursive: true });
  const daemon = await startDaemon({ settings, url, systemd: handedBySystemd(), clock: world.clock, log });
  const unfit = await Promise.race([stop, daemon.mustEnd]);
  await daemon.close();
  if (unfit !== undefined) {
    throw failure({ what: 'the daemon had to end', why: unfit, advice: 'then start it again' });
  }
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
    // Without a listener it would end the daemon: settings are read at the start only, so far.
    process.on('SIGHUP', () =>
      log.warn('daemon.no_reload', { why: 'restart it to read the settings again' }),
    );
  });
}

async function migrateEmbedded(url: string, log: Log): Promise<void> {
  const { migrateUp } = await import('../database/migrate.ts');
  const { applied } = await migrateUp({ url, log });
  if (applied.length > 0) log.info('schema.migrated', { migrations: applied.length });
}
