/** argon2id — ARGON2ID, and what dovetail itself makes for a new password.
 *
 * source   RFC 9106; parameters of new hashes: OWASP's first choice, 19 MiB, 2 passes, 1 lane
 * limits   1 GiB, and 16 GiB written in all passes together (some 10 s of one core) */

import { timingSafeEqual } from 'node:crypto';
import { type Algorithm, hash, hashRaw } from '@node-rs/argon2';
import type { Scheme } from './scheme.ts';

// The package's own enum is a `const enum`, which no single-file compiler can read.
const ARGON2ID = 2 as Algorithm;
const NEW = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MAX_MEMORY = 2 ** 20;
const MAX_WRITTEN = 2 ** 24;

const SHAPE =
  /^\$argon2id\$v=19\$m=(?<m>\d{1,8}),t=(?<t>\d{1,8}),p=(?<p>\d{1,3})\$(?<salt>[A-Za-z\d+/]{11,})\$(?<digest>[A-Za-z\d+/]{16,})$/;

/** The parts of the stored text, or undefined where it is none or too costly. */
function parse(stored: Buffer) {
  const { m, t, p, salt, digest } = SHAPE.exec(stored.toString('latin1'))?.groups ?? {};
  if (salt === undefined || digest === undefined) return undefined;
  const [memoryCost, timeCost, parallelism] = [Number(m), Number(t), Number(p)];
  const isSane = parallelism >= 1 && parallelism <= 255 && timeCost >= 1 && memoryCost >= 8 * parallelism;
  if (!isSane || memoryCost > MAX_MEMORY || memoryCost * timeCost > MAX_WRITTEN) return undefined;
  const costs = { algorithm: ARGON2ID, memoryCost, timeCost, parallelism };
  return { costs, salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') };
}

export const argon2id: Scheme = {
  name: 'ARGON2ID',
  encoding: 'text',
  costly: true,
  isWellFormed: (stored) => parse(stored) !== undefined,

  async verify(password, stored) {
    const parsed = parse(stored);
    if (!parsed) return 'malformed';
    const { costs, salt, digest } = parsed;
    try {
      const raw = await hashRaw(password, { ...costs, salt, outputLen: digest.length });
      return timingSafeEqual(raw, digest) ? 'match' : 'differs';
    } catch {
      return 'malformed'; // parameters that argon2 itself refuses
    }
  },

  hash: (password) => hash(password, NEW),
};
