/** certificate-folder — the files of certificates and private keys, by their paths below one folder. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadCertificateFile } from '../certificates/read.ts';
import type { Settings } from './settings.ts';

/** A link below it may lead anywhere, as certbot's do. */
export function openCertificateFolder({
  certificateDir,
  stateDir,
}: Pick<Settings, 'certificateDir' | 'stateDir'>): ReadCertificateFile {
  const folder = certificateDir ?? join(stateDir, 'certificates');
  return (path) => readFile(join(folder, path), 'utf8');
}
