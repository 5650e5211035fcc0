/** certificate-folder — the files of certificates and private keys, by their paths below one folder.
 *
 * A certificate that was given to dovetail lies in a folder of its name, its files called after its
 * fingerprint: a new one never overwrites the one in service.
 *
 * security a key may be read by the owner and the group of the certificate folder, and is that from its first byte on */

import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { ExamineFile } from '../accounts/certificate-files.ts';
import { reasonOf } from '../base/text.ts';
import type { CertificatePaths, ReadCertificateFile } from '../certificates/read.ts';
import type { Settings } from './settings.ts';

type Place = Pick<Settings, 'certificateDir' | 'stateDir'>;

/** Paths relative to the certificate folder. */
export type StoredPaths = Pick<CertificatePaths, 'private_key_path' | 'certificate_path'>;

const folderOf = ({ certificateDir, stateDir }: Place): string =>
  certificateDir ?? join(stateDir, 'certificates');

/** A link below it may lead anywhere, as certbot's do. */
export function openCertificateFolder(place: Place): ReadCertificateFile {
  const folder = folderOf(place);
  return (path) => readFile(join(folder, path), 'utf8');
}

/** What is remembered of a file. */
export function examineCertificateFile(place: Place): ExamineFile {
  const folder = folderOf(place);
  return async (path) => {
    try {
      const file = join(folder, path);
      const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
      return {
        kind: 'file',
        size: content.length,
        checksum: createHash('sha256').update(content).digest('hex'),
        permissions: `0${(mode & 0o777).toString(8).padStart(3, '0')}`,
      };
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      return isMissing ? { kind: 'missing' } : { kind: 'unreadable', why: reasonOf(error) };
    }
  };
}

/** The path below the certificate folder of a file that lies there; undefined of one that does not. */
export function pathBelow(place: Place, file: string): string | undefined {
  const path = relative(resolve(folderOf(place)), resolve(file));
  return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path;
}

/** Writes both files; done when they are on the disk. Rejects with the reason why not. */
export async function storeCertificate(
  place: Place,
  name: string,
  { key, chain, fingerprint }: { readonly key: string; readonly chain: string; readonly fingerprint: string },
): Promise<StoredPaths> {
  const own = ownFolder(name);
  const file = fingerprint.replaceAll(':', '').slice(0, 32).toLowerCase();
  const paths = { private_key_path: `${own}/${file}.key`, certificate_path: `${own}/${file}.pem` };
  const folder = folderOf(place);
  await mkdirAsAbove(folder);
  await mkdirAsAbove(join(folder, own));
  await write(join(folder, paths.private_key_path), key, 0o640);
  await write(join(folder, paths.certificate_path), chain, 0o644);
  return paths;
}

/** Removes the copies of a name that were made before `before`, but for those of `keep`. What is no copy stays. */
export async function sweepCertificates(
  place: Place,
  name: string,
  { keep, before }: { readonly keep: readonly string[]; readonly before: Date },
): Promise<void> {
  const own = ownFolder(name);
  const folder = join(folderOf(place), own);
  const files = await readdir(folder).catch(() => []);
  for (const file of files) {
    if (!/^[0-9a-f]{32}\.(?:key|pem)$/u.test(file) || keep.includes(`${own}/${file}`)) continue;
    const { mtime } = await stat(join(folder, file));
    if (mtime < before) await rm(join(folder, file));
  }
  // Refused while something is left in it.
  await rmdir(folder).catch(() => undefined);
}

/** No host name has an underscore: no two names share a folder. */
const ownFolder = (name: string): string => name.replace(/^\*/u, '_');

async function mkdirAsAbove(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o750 });
  if (first !== undefined) await ownAs(folder, dirname(first));
}

/** The file is there whole, or not at all. */
async function write(path: string, text: string, mode: number): Promise<void> {
  const hidden = `${path}.${process.pid}.new`;
  const file = await open(hidden, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await ownAs(hidden, dirname(path));
  await chmod(hidden, mode);
  await rename(hidden, path);
}

/** What root makes belongs to whom the folder belongs to: the daemon is not root. */
async function ownAs(path: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await chown(path, uid, gid);
}
