/** password — makes the hash of a new password. */

import { argon2id } from './schemes/argon2id.ts';

/** `{ARGON2ID}$argon2id$…` with a new salt. Costs some 20 ms, off the event loop. */
export async function createPasswordHash(password: string): Promise<string> {
  if (!argon2id.hash) throw new Error('ARGON2ID makes hashes');
  return `{${argon2id.name}}${await argon2id.hash(Buffer.from(password))}`;
}
