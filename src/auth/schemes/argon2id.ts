/** argon2id — ARGON2ID, see argon2-text.ts; what dovetail itself makes for a new password.
 *
 * source   parameters of new hashes: OWASP's first choice, 19 MiB, 2 passes, 1 lane */

import { type Algorithm, hash } from '@node-rs/argon2';
import { argon2Text, bytesOf } from './argon2-text.ts';
import type { Scheme } from './scheme.ts';

const NEW = { algorithm: 2 as Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const argon2id = {
  ...argon2Text('ARGON2ID', ['argon2id']),
  hash: (password: Buffer) => hash(password, NEW),
  memoryOfNew: bytesOf(NEW.memoryCost),
} satisfies Scheme;
