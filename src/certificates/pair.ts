/** pair — a certificate with its private key, as Postfix takes it from tls_server_sni_maps.
 *
 * What does not fit together is found here, where it can be said in the log, and not in a handshake.
 *
 * source   postfix postconf(5) tls_server_sni_maps: PEM, the key first, then the chain; over a socket in
 *          base64, on one line (dict_file.c dict_file_from_b64)
 * security the text holds the private key in clear: for the socket of Postfix alone. No reason names more
 *          than a file */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

export type Pair =
  | { readonly kind: 'pair'; readonly base64: string; readonly notAfter: Date }
  | { readonly kind: 'unusable'; readonly why: string };

const unusable = (why: string): Pair => ({ kind: 'unusable', why });

/** `chain` begins with the certificate itself. */
export function pairOf(key: string, chain: string): Pair {
  const [certificate, privateKey] = [readCertificate(chain), readKey(key)];
  if (!certificate) return unusable('the certificate cannot be read');
  if (!privateKey) return unusable('the private key cannot be read, or has a passphrase');
  if (!certificate.checkPrivateKey(privateKey))
    return unusable('the private key is not that of the certificate');
  const base64 = Buffer.from(`${key.trim()}\n${chain.trim()}\n`).toString('base64');
  return { kind: 'pair', base64, notAfter: new Date(certificate.validTo) };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** The private key of a PEM file without all that stands beside it. Throws for what `pairOf` cannot use. */
export const keyAlone = (pem: string): string =>
  createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
