/** Certificates of our own making, with openssl. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../src/demo/processes.ts';

/** `<file>.key` and `<file>.pem` in the folder: a key, and a certificate for the name that it signs itself. */
export async function makeCertificate(
  folder: string,
  file: string,
  name: string,
  { days = 2 }: { days?: number } = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const paths = ['-keyout', join(folder, `${file}.key`), '-out', join(folder, `${file}.pem`)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await must('openssl', ['req', '-x509', ...curve, ...paths, '-days', `${days}`, '-subj', `/CN=${name}`]);
}
