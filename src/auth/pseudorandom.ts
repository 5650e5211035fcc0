/** pseudorandom — what is shown of a name that nobody has: the same each time, at every daemon of one database.
 *
 * security the secret is one row, made with the schema (lookup_salt_secret). A key of the process, or of the settings, would
 *          make other bytes after a restart or a change of settings, of nobody's name and not of a user's. So without the
 *          secret nothing is made up: later */

import { createHmac } from 'node:crypto';
import { found, type Later, later } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { MechanismServices } from './mechanisms/mechanism.ts';

export interface PseudorandomParts {
  /** Asked until it gave one. Rejects when the database is away. */
  readonly readSecret: () => Promise<Buffer | undefined>;
  readonly log: Log;
}

export function createPseudorandom({
  readSecret,
  log,
}: PseudorandomParts): MechanismServices['pseudorandom'] {
  let secret: Buffer | undefined;
  let reading: Promise<Buffer | Later> | undefined;

  async function read(): Promise<Buffer | Later> {
    try {
      secret = await readSecret();
      if (secret) return secret;
      log.error('salts.no_secret', { why: 'unified.salt_secrets is empty' });
    } catch (error) {
      return later(reasonOf(error));
    }
    return later('there is no secret for salts');
  }

  const bytesOf = (key: Buffer, name: string) => found(createHmac('sha256', key).update(name).digest());

  return (name) => {
    if (secret) return bytesOf(secret, name);
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading.then((key) => ('kind' in key ? key : bytesOf(key, name)));
  };
}
