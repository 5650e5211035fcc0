/** read — the certificate for a name: which one the schema says, and what stands in its files.
 *
 * Of several for a name the one that ends last is served. A row that changes is announced; a file that
 * is replaced without that is seen after ten minutes (`DOVETAIL_TRUST_FOR`), and one that could not be used
 * is looked at again after ten seconds. */

import { type Clock, type Milliseconds, seconds } from '../base/clock.ts';
import { reasonOf } from '../base/text.ts';
import type { Fetched } from '../database/cache.ts';
import type { Database } from '../database/connection.ts';
import { type CertificateRow, certificates } from '../database/statements.ts';
import { type Pair, pairOf } from './pair.ts';

/** Reads a file of the certificate folder. Rejects with a reason that may be logged. */
export type ReadCertificateFile = (path: string) => Promise<string>;

export type CertificateFacts = Pair;

const AGAIN_AFTER: Milliseconds = seconds(10);

export interface CertificateSource {
  readonly database: Pick<Database, 'rows'>;
  readonly readFile: ReadCertificateFile;
  readonly clock: Pick<Clock, 'date'>;
}

/** Rejects when the database is away; for a name that is not in the map there is no certificate. */
export async function readCertificates(
  source: CertificateSource,
  names: readonly string[],
): Promise<ReadonlyMap<string, Fetched<CertificateFacts>>> {
  const rows = await source.database.rows<CertificateRow>(certificates, [names]);
  const chosen = names.flatMap((name) => {
    const row = rows.find((one) => one.names.includes(name));
    return row ? [[name, row] as const] : [];
  });
  const pairs = new Map(
    await Promise.all(
      [...new Set(chosen.map(([, row]) => row))].map(
        async (row) => [row, await readPair(source, row)] as const,
      ),
    ),
  );
  return new Map(chosen.map(([name, row]) => [name, pairs.get(row) as Fetched<CertificateFacts>]));
}

async function readPair({ readFile, clock }: CertificateSource, row: CertificateRow): Promise<Fetched<Pair>> {
  const pair = await readFiles(readFile, row);
  if (pair.kind === 'unusable') return { value: pair, changesIn: AGAIN_AFTER };
  const left = Math.min(
    pair.notAfter.getTime() - clock.date().getTime(),
    row.changes_in === null ? Number.POSITIVE_INFINITY : seconds(row.changes_in),
  );
  // What the schema says of its end may be wrong; what stands in it is what clients see.
  return left > 0 ? { value: pair, changesIn: left } : { value: undefined };
}

async function readFiles(readFile: ReadCertificateFile, row: CertificateRow): Promise<Pair> {
  try {
    const { key, chain } = await readTexts(readFile, row);
    const pair = pairOf(key, chain);
    return pair.kind === 'pair' ? pair : { ...pair, why: `${pair.why}: ${row.certificate_path}` };
  } catch (error) {
    return { kind: 'unusable', why: reasonOf(error) };
  }
}

/** Where the files of a certificate are. */
export type CertificatePaths = Pick<CertificateRow, 'private_key_path' | 'certificate_path' | 'chain_path'>;

/** The key, and the certificate with its chain. Rejects where a file cannot be read. */
export async function readTexts(
  readFile: ReadCertificateFile,
  { private_key_path: keyPath, certificate_path: path, chain_path: chainPath }: CertificatePaths,
): Promise<{ readonly key: string; readonly chain: string }> {
  const [key, certificate, chain] = await Promise.all([
    readFile(keyPath),
    readFile(path),
    chainPath === null ? '' : readFile(chainPath),
  ]);
  return { key, chain: `${certificate.trim()}\n${chain}` };
}
