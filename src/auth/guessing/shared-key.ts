/** shared-key — the key of the marks that daemons share in Redis: made of the secret in their database, or of a setting.
 *
 * security among the marks are those of passwords that were right. Whoever reads Redis, or a copy of it, and has the key
 *          tries a thousand million passwords a second against them. So it is never made of what he may know, as the URL of
 *          Redis
 * bugs     until the secret was read, at the first attempt, there is a key of the process: that attempt counts for nobody */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';

/** Of the setting `guessing_key`. */
export const keyOfSetting = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Of the secret in the database (lookup_salt_secret), of which other things are made under other names. */
export const keyOfSecret = (secret: Buffer): Buffer =>
  createHmac('sha256', secret).update('\0marks of guessing').digest();

export interface SharedKeyParts {
  /** Asked until it gave one. Rejects when the database is away. */
  readonly readSecret: () => Promise<Buffer | undefined>;
  /** Hears of each failure: a sparing one. */
  readonly log: Log;
}

/** The key of this moment. */
export function createSharedKey({ readSecret, log }: SharedKeyParts): () => Buffer {
  let key: Buffer = randomBytes(32);
  let state: 'own' | 'reading' | 'shared' = 'own';

  async function read(): Promise<void> {
    state = 'reading';
    const secret = await readSecret().catch((error: unknown) => {
      log.warn('guessing.no_secret', { why: reasonOf(error) });
      return undefined;
    });
    if (secret) key = keyOfSecret(secret);
    state = secret ? 'shared' : 'own';
  }

  return () => {
    if (state === 'own') void read();
    return key;
  };
}
