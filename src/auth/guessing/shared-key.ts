/** shared-key — the key of the marks that daemons share in Redis: made of the secret in their database, or of a setting.
 *
 * security among the marks are those of passwords that were right. Whoever reads Redis, or a copy of it, and has the key
 *          tries a thousand million passwords a second against them. So it is never made of what he may know, as the URL of
 *          Redis. Where it cannot be read there is a key of the process, under which nobody finds anything */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type Milliseconds, seconds } from '../../base/clock.ts';
import { within } from '../../base/deadline.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Counters } from './counters.ts';

/** A database that takes longer is away, and then no password is verified either. */
const PATIENCE: Milliseconds = seconds(1);

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

export interface SharedKey {
  /** That of this moment. */
  current(): Buffer;
  /** Reads the secret if it was not read yet; undefined: it was. Never rejects. */
  read(): Promise<void> | undefined;
}

export function createSharedKey({ readSecret, log }: SharedKeyParts): SharedKey {
  let key: Buffer = randomBytes(32);
  let isShared = false;
  let reading: Promise<void> | undefined;

  async function readNow(): Promise<void> {
    try {
      const secret = await within(readSecret(), PATIENCE);
      if (!secret) throw new Error('unified.salt_secrets is empty');
      key = keyOfSecret(secret);
      isShared = true;
    } catch (error) {
      log.warn('guessing.no_secret', { why: reasonOf(error) });
    }
    reading = undefined;
  }

  return {
    current: () => key,
    read() {
      if (isShared) return undefined;
      reading ??= readNow();
      return reading;
    },
  };
}

/** No attempt is judged before the key was asked for: else it would count for nobody. */
export const underSharedKey = (counters: Counters, { read }: SharedKey): Counters => ({
  ...counters,
  judge: (attempt) => read()?.then(() => counters.judge(attempt)) ?? counters.judge(attempt),
});
