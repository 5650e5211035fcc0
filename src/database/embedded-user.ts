/** embedded-user — whom the embedded PostgreSQL runs as, and where that user may go.
 *
 * limits   permission bits only: no access control lists */

import { execFile } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const ELSEWHERE = 'or set DATABASE_URL to a PostgreSQL of your own';

/** Undefined is ourselves. */
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

/** The folder that keeps the user out of `path`, if there is one. */
export async function barrier(path: string, user: ServerUser): Promise<string | undefined> {
  if (!user) return undefined;
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Throws a sentence that names the folder which keeps the server's user out of `path`. */
export async function assureWay(path: string, user: ServerUser): Promise<void> {
  const folder = await barrier(path, user);
  if (folder === undefined) return;
  throw new Error(
    `PostgreSQL runs as ${user?.name}, who may not enter ${folder} on the way to ${path}: ` +
      `move it (/srv, /opt), run as another user than root, ${ELSEWHERE}`,
  );
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
