/** read — the certificate for a name: which one the schema says, and what stands in its files.
 *
 * Of several for a name the one that ends last is served, or, while that cannot be used (its files are not here yet),
 * the next that can. A row that changes is announced; a file that
 * is replaced without that is seen after ten minutes (`DOVETAIL_TRUST_FOR`), and one that could not be used
 * is looked at again after ten seconds. */

import { type Clock, type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Fetched } from '../database/cache.ts';
import type { Database } from '../database/connection.ts';
import { type CertificateRow, certificates } from '../database/lookups.ts';
import { type Pair, pairOf } from './pair.ts';

/** Reads a file of the certificate folder. Rejects with a reason that may be logged. */
export type ReadCertificateFile = (path: string) => Promise<string>;

export type CertificateFacts = Pair;

const AGAIN_AFTER: Milliseconds = seconds(10);

export interface CertificateSource {
  readonly database: Pick<Database, 'rows'>;
  readonly readFile: ReadCertificateFile;
  readonly clock: Pick<Clock, 'date'>;
  /** Hears of what cannot be used while another one is served. */
  readonly log: Pick<Log, 'warn'>;
}

/** Rejects when the database is away; for a name that is not in the map there is no certificate. */
export async function readCertificates(
  source: CertificateSource,
  names: readonly string[],
): Promise<ReadonlyMap<string, Fetched<CertificateFacts>>> {
  const rows = await source.database.rows<CertificateRow>(certificates, [names]);
  const read = await Promise.all(rows.map(async (row) => ({ row, pair: await readPair(source, row) })));
  return new Map(
    names.flatMap((name) => {
      const pairs = read.filter(({ row }) => row.names.includes(name)).map(({ pair }) => pair);
      const [first] = pairs;
      return first ? [[name, servedOf(first, pairs, name, source.log)] as const] : [];
    }),
  );
}

/** The first that can be used; soon looked at again where that is another than the first. */
function servedOf(
  first: Fetched<CertificateFacts>,
  pairs: readonly Fetched<CertificateFacts>[],
  name: string,
  log: CertificateSource['log'],
): Fetched<CertificateFacts> {
  const usable = pairs.find(({ value }) => value?.kind === 'pair');
  if (first.value?.kind !== 'unusable' || !usable) return usable ?? first;
  log.warn('certificate.unusable', { name, why: first.value.why });
  return { ...usable, changesIn: Math.min(usable.changesIn ?? AGAIN_AFTER, AGAIN_AFTER) };
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
