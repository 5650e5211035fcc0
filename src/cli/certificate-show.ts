/** certificate-show — what the database says of a name's certificate, and what its files hold. */

import type { CertificateDetails } from '../accounts/listing/certificates.ts';
import { printable } from '../base/text.ts';
import type { Inspected, Inspection } from '../certificates/inspect.ts';
import type { StoredPaths } from '../config/certificate-folder.ts';
import { read, showMoment } from './accounts.ts';
import { failure, type World } from './command.ts';

export async function show(world: World, text: string): Promise<void> {
  const what = `cannot show the certificate of ${text}`;
  const name = await readName(what, text);
  const { findCertificate } = await import('../accounts/listing/certificates.ts');
  const row = await read(world, (sql) => findCertificate(sql, name));
  if (!row) {
    const advice = 'see: dovetail certificate list';
    throw failure({ what, why: 'there is no certificate for this name', advice });
  }
  const { inspectFiles } = await import('../certificates/inspect.ts');
  const { openCertificateFolder } = await import('../config/certificate-folder.ts');
  const found = await inspectFiles(openCertificateFolder(await world.settings()), row);
  const notes = notesOn(row, found);
  const value = { ...rowValue(row), ...filesOf(row), files: filesValue(row, found), notes };
  world.output.record(value, linesOf(row, found));
  if (!world.output.json) for (const note of notes) world.output.note(`Note: ${note}.`);
}

const rowValue = ({ private_key_path, certificate_path, chain_path, ...row }: CertificateDetails) => row;

const filesValue = ({ name }: CertificateDetails, found: Inspection) =>
  found.kind === 'certificate'
    ? { usable: true, ...factsOf(name, found) }
    : { usable: false, why: found.why };

function notesOn(row: CertificateDetails, found: Inspection): readonly string[] {
  if (found.kind === 'unusable' || found.notAfter.getTime() === row.not_after?.getTime()) return [];
  return [
    `the files hold another certificate, until ${showMoment(found.notAfter)} UTC; to serve it: dovetail certificate add`,
  ];
}

function linesOf(row: CertificateDetails, found: Inspection): (readonly [string, string | number | null])[] {
  return [
    ['name', row.name],
    ['other names', row.other_names.join(', ')],
    ['state', row.state],
    ['ends', showMoment(row.not_after)],
    ['days left', row.days_left],
    ['type', row.type],
    ['issuer', row.issuer],
    ['chain', row.certificate_path],
    ['key', row.private_key_path],
    ...(found.kind === 'unusable'
      ? ([['in the files', `cannot be served: ${found.why}`]] as const)
      : ([
          ['in the files', `${found.key}, until ${showMoment(found.notAfter)}`],
          ['fingerprint', found.fingerprint],
        ] as const)),
  ];
}

/** What stands in the certificate itself, for machines. */
export const factsOf = (name: string, { names, ...facts }: Inspected) => ({
  other_names: names.filter((one) => one !== name),
  issuer: facts.issuer,
  subject: facts.subject,
  type: facts.type,
  not_before: facts.notBefore,
  not_after: facts.notAfter,
  key: facts.key,
  fingerprint: facts.fingerprint,
});

export const filesOf = (paths: StoredPaths) => ({
  chain_file: paths.certificate_path,
  key_file: paths.private_key_path,
});

/** A name of a host, or `*.` and one. */
export async function readName(what: string, text: string): Promise<string> {
  const { readCertificateName } = await import('../certificates/inspect.ts');
  const name = readCertificateName(text);
  if (name !== undefined) return name;
  const why = `${printable(text)} is no name of a host`;
  throw failure({ what, why, advice: 'write it as mx.example.org or *.example.org' });
}
