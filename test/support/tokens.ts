/** tokens — an issuer of JWTs for tests, with keys of its own. */

import { writeFileSync } from 'node:fs';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://id.example.org';
export const AUDIENCE = 'mail';

export interface Issuer {
  readonly jwks: string;
  readonly pem: string;
  /** Good for a minute, unless the claims say otherwise. */
  sign(claims: JWTPayload, header?: { kid?: string }): Promise<string>;
  write(path: string): void;
}

export async function createIssuer(kid = 'one'): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
  return {
    jwks,
    pem: await exportSPKI(publicKey),
    sign: (claims, header = { kid }) =>
      new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .sign(privateKey),
    write: (path) => writeFileSync(path, jwks),
  };
}
