/** scram — the client's side of SCRAM-SHA-256, for tests. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface ScramClient {
  readonly first: string;
  /** The proof, of the server's first message. */
  last(challenge: string): string;
}

export function scramClient(user: string, password: string): ScramClient {
  const bare = `n=${user},r=fyko+d2lbbFgONRv9qkxdawL`;
  return {
    first: `n,,${bare}`,
    last(challenge) {
      const {
        nonce,
        salt = '',
        rounds,
      } = /^r=(?<nonce>[^,]+),s=(?<salt>[^,]+),i=(?<rounds>\d+)$/u.exec(challenge)?.groups ?? {};
      const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
      const clientKey = hmac(salted, 'Client Key');
      const text = `${bare},${challenge},c=biws,r=${nonce}`;
      const signature = hmac(createHash('sha256').update(clientKey).digest(), text);
      const proof = Buffer.from(clientKey.map((octet, n) => octet ^ (signature[n] as number)));
      return `c=biws,r=${nonce},p=${proof.toString('base64')}`;
    },
  };
}
