/** inspect — what stands in a certificate and whether its key fits, before it is put into service.
 *
 * source   RFC 6125 6.4.4: of a certificate with subject alternative names, the common name is none of its names
 * security nothing that leaves holds a byte of the private key */

import { X509Certificate } from 'node:crypto';
import { parseDomain } from '../base/address.ts';
import { reasonOf } from '../base/text.ts';
import { pairOf } from './pair.ts';
import { type CertificatePaths, type ReadCertificateFile, readTexts } from './read.ts';

export interface Inspected {
  readonly kind: 'certificate';
  /** Lower case; `*.example.org` stands for one label. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly subject: string;
  readonly type: CertificateType;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `rsa 2048`, `ec prime256v1` */
  readonly key: string;
  /** SHA-256 of the certificate, as browsers and openssl show it. */
  readonly fingerprint: string;
  /** What clients may not like, in words. */
  readonly notes: readonly string[];
}

export type Inspection = Inspected | { readonly kind: 'unusable'; readonly why: string };

/** Of those that the schema knows, what a certificate itself can say. */
export type CertificateType = 'self-signed' | 'letsencrypt' | 'ca-signed';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** The certificates of a file, without what stands between them. */
export const certificateBlocks = (pem: string): readonly string[] => pem.match(BLOCK) ?? [];

/** `chain` begins with the certificate itself. Never throws. */
export function inspect(key: string, chain: string): Inspection {
  const pair = pairOf(key, chain);
  if (pair.kind === 'unusable') return pair;
  try {
    const [own, ...others] = certificateBlocks(chain).map((pem) => new X509Certificate(pem));
    if (!own) return { kind: 'unusable', why: 'the certificate cannot be read' };
    return inspectionOf(own, others);
  } catch {
    return { kind: 'unusable', why: 'a certificate of the chain cannot be read' };
  }
}

/** The same of files of the certificate folder. */
export async function inspectFiles(
  readFile: ReadCertificateFile,
  paths: CertificatePaths,
): Promise<Inspection> {
  try {
    const { key, chain } = await readTexts(readFile, paths);
    return inspect(key, chain);
  } catch (error) {
    return { kind: 'unusable', why: reasonOf(error) };
  }
}

function inspectionOf(own: X509Certificate, others: readonly X509Certificate[]): Inspected {
  const type = typeOf(own);
  return {
    kind: 'certificate',
    names: namesOf(own),
    issuer: oneLine(own.issuer),
    subject: oneLine(own.subject),
    type,
    notBefore: new Date(own.validFrom),
    notAfter: new Date(own.validTo),
    key: keyOf(own),
    fingerprint: own.fingerprint256,
    notes:
      type === 'self-signed' ? ['it signs itself: only who knows it will trust it'] : notesOf(own, others),
  };
}

function typeOf(own: X509Certificate): CertificateType {
  if (own.checkIssued(own) && own.verify(own.publicKey)) return 'self-signed';
  return /^O=Let's Encrypt$/mu.test(own.issuer) ? 'letsencrypt' : 'ca-signed';
}

function notesOf(own: X509Certificate, others: readonly X509Certificate[]): string[] {
  const [issuer] = others;
  if (!issuer)
    return ['the file does not hold who signed it: clients may not trust it without that (fullchain.pem)'];
  const chain = [own, ...others];
  const isInOrder = others.every((other, at) => chain[at]?.checkIssued(other) === true);
  return isInOrder ? [] : ['in the chain each certificate should be followed by the one that signed it'];
}

/** The host names; no others (addresses, mail addresses). Each is asked for once more, for the
 * text is written by whoever made the certificate. */
function namesOf(own: X509Certificate): readonly string[] {
  const alternative = (own.subjectAltName ?? '').split(', ').filter((one) => one.startsWith('DNS:'));
  const written =
    alternative.length > 0 ? alternative : own.subject.split('\n').filter((one) => one.startsWith('CN='));
  const names = written.flatMap((one) => readCertificateName(one.replace(/^(?:DNS:|CN=)/u, '')) ?? []);
  return [...new Set(names)].filter((name) => own.checkHost(name.replace(/^\*/u, 'x')) !== undefined);
}

/** A host name or `*.` and one, in canonical form; undefined for what is none. */
export function readCertificateName(text: string): string | undefined {
  const [wildcard, rest] = text.startsWith('*.') ? ['*.', text.slice(2)] : ['', text];
  const domain = parseDomain(rest);
  return domain && `${wildcard}${domain}`;
}

function keyOf({ publicKey }: X509Certificate): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  return [publicKey.asymmetricKeyType, modulusLength ?? namedCurve]
    .filter((word) => word !== undefined)
    .join(' ');
}

const oneLine = (name: string): string => name.split('\n').join(', ');
