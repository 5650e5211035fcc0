/** policy-nonce — the secret under which Dovecot's auth policy hashes passwords before it tells some bits of them.
 *
 * Of hosts with one `guessing_key` it is the same, made of that key: the same wrong password is one guess wherever it
 * comes. Elsewhere it is a random one, which stays: the one in the folder that is written to again.
 *
 * source   Dovecot's auth_policy_hash_nonce: secret, random, the same in a cluster */

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { saltBytes } from '../base/random.ts';

const OURS = /^auth_policy_hash_nonce = ([\da-f]{32})$/mu;

/** `shared`: made of `guessing_key`, if that is set. */
export function policyNonce(folder: string, shared: Buffer | undefined): string {
  if (!shared) return nonceIn(folder) ?? saltBytes(16).toString('hex');
  return createHmac('sha256', shared).update('auth_policy_hash_nonce').digest('hex').slice(0, 32);
}

function nonceIn(folder: string): string | undefined {
  try {
    return OURS.exec(readFileSync(join(folder, 'dovecot/dovecot.conf'), 'utf8'))?.[1];
  } catch {
    // The first time, there is none.
    return undefined;
  }
}
