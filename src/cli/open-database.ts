/** open-database — the database of a command: reachable, and with a schema that this build knows. */

import { Unreachable } from '../database/connect.ts';
import { createDatabase } from '../database/connection.ts';
import { checkCompatible, migrateUp } from '../database/migrate.ts';
import { isRightMissing } from '../database/refusal.ts';
import { type AccountsDatabase, failure, RIGHTS_ADVICE, type World } from './command.ts';

/** Migrates the embedded database; another one is its administrator's business. */
export async function openDatabase(world: World): Promise<AccountsDatabase> {
  const { url, embedded } = await world.openServer();
  if (embedded) await migrateUp({ url, log: world.log });
  else await refuseUnknownSchema(url);
  const database = createDatabase({ url, log: world.log, clock: world.clock });
  world.atEnd(() => database.close());
  return {
    url,
    transaction: (work) => database.transaction((tx) => work(tx)),
  };
}

/** What to do when the database could not be used. */
export function adviceOn(error: unknown): string {
  if (error instanceof Unreachable) return 'check that PostgreSQL runs, and what DATABASE_URL says';
  if (isRightMissing(error)) return RIGHTS_ADVICE;
  return isFolderTrouble(error)
    ? 'say in DATABASE_URL which PostgreSQL to use, or give DOVETAIL_STATE_DIR a folder that may be written to'
    : 'see: dovetail migrate status';
}

/** Of the embedded PostgreSQL, which is used where there is no DATABASE_URL. */
const isFolderTrouble = (error: unknown): boolean =>
  error instanceof Error && /^(?:EACCES|EPERM|EROFS|ENOSPC|ENOTDIR)\b/u.test(error.message);

const what = 'cannot use the database';

async function refuseUnknownSchema(url: string): Promise<void> {
  const state = await checkCompatible({ url });
  if (state.kind === 'behind') {
    throw failure({
      what,
      why: 'its schema is not there yet, or older than this dovetail',
      advice: 'run: dovetail migrate up',
    });
  }
  if (state.kind === 'breaking') {
    throw failure({
      what,
      why: 'its schema is too new for this dovetail',
      advice: 'install the newer dovetail',
    });
  }
}
