/** Certificates of our own making, with openssl. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../src/demo/processes.ts';

interface Making {
  readonly days?: number;
  /** Further names that it is for. */
  readonly also?: readonly string[];
  /** Another one of the folder, which signs it; else it signs itself. */
  readonly by?: string;
}

/** `<file>.key` and `<file>.pem` in the folder: a key, and a certificate for the name. */
export async function makeCertificate(
  folder: string,
  file: string,
  name: string,
  { days = 2, also = [], by }: Making = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const at = (path: string) => join(folder, path);
  const paths = ['-keyout', at(`${file}.key`), '-out', at(`${file}.pem`)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = also.length === 0 ? [] : ['-addext', `subjectAltName=${[name, ...also].map(dns).join(',')}`];
  const signer = by === undefined ? [] : ['-CA', at(`${by}.pem`), '-CAkey', at(`${by}.key`)];
  const subject = ['-days', `${days}`, '-subj', `/CN=${name}`];
  await must('openssl', ['req', '-x509', ...curve, ...paths, ...subject, ...names, ...signer]);
}

const dns = (name: string): string => `DNS:${name}`;
