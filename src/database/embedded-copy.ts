/** embedded-copy — copies programs to where a user may run them who may not enter their own folder.
 *
 * Root's checkout in /root is such a folder: PostgreSQL runs as another user. A copy is made once
 * for each version, under a name of its own, and renamed when it is whole: whoever comes second
 * finds it, or drops his.
 *
 * files    /var/cache/dovetail/<name>, else /tmp/dovetail-cache/<name>; may be removed at any time
 *          at which no server runs from it
 * security a folder that somebody else made, or may write to, is never used */

import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../base/text.ts';
import { assureWay, exists, type ServerUser } from './embedded-user.ts';

/** The first one that is ours, can be written, and can be entered by the user is taken. */
export const STANDARD_PLACES: readonly string[] = ['/var/cache/dovetail', '/tmp/dovetail-cache'];

export interface CopyOptions {
  readonly source: string;
  /** Tells this version from every other. */
  readonly name: string;
  readonly user: ServerUser;
  readonly places: readonly string[];
  /** Completes the draft of the copy before it gets its name. */
  finish(draft: string): Promise<void>;
}

/** The folder of the copy. Throws a sentence that tells why there is none, for each place. */
export async function copyOnce(options: CopyOptions): Promise<string> {
  const reasons: string[] = [];
  for (const place of options.places) {
    try {
      await openPlace(place, options.user);
      return await copyInto(place, options);
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw new Error(reasons.join('; '));
}

/** The parent must be there: it is the system's, and sticky where everybody may write. */
async function openPlace(place: string, user: ServerUser): Promise<void> {
  const { mode, uid } = await lstat(dirname(place));
  const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (isOpen || uid !== 0) throw new Error(`${place} could be exchanged by somebody else`);
  await mkdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await assureOurs(place);
  await chmod(place, 0o755); // whatever the umask was
  await assureWay(place, user);
}

async function assureOurs(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} belongs to somebody else: remove it`);
  }
}

async function copyInto(place: string, { source, name, finish }: CopyOptions): Promise<string> {
  const copy = join(place, name);
  if (!(await exists(copy))) {
    const draft = await mkdtemp(`${copy}.`);
    try {
      await fill(draft, source, finish);
      await rename(draft, copy);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (!(await exists(copy))) throw error; // else somebody was faster
    }
  }
  await assureOurs(copy);
  return copy;
}

/** Links are left out: some installers make them absolute, and they would lead back. */
async function fill(draft: string, source: string, finish: CopyOptions['finish']): Promise<void> {
  const isNoLink = async (path: string) => !(await lstat(path)).isSymbolicLink();
  await cp(source, draft, { recursive: true, filter: isNoLink });
  await finish(draft);
  await promisify(execFile)('chmod', ['-R', 'u=rwX,go=rX', draft]);
}
