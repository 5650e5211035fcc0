/** scram — the family of SCRAM-SHA-1 and SCRAM-SHA-256: `iterations,salt,stored key,server key`.
 *
 * source   RFC 5802 3; Dovecot password-scheme-scram.c, which prepares no string either
 * limits   5,000,000 iterations (some 3 s); new ones have Dovecot's least or what an old phone
 *          still computes at each login */

import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { saltBytes } from '../../base/random.ts';
import { decodeBase64 } from '../base64.ts';
import { endsInNul } from '../digests/hmac-key.ts';
import type { Scheme } from './scheme.ts';

const SHAPE = /^(?<rounds>[1-9]\d{0,6}),(?<salt>[^,.]+),(?<stored>[^,.]+),(?<server>[^,.]+)$/;
const MAX_ITERATIONS = 5_000_000;
const NEW_ITERATIONS = 50_000;

const derive = promisify(pbkdf2);

const decodePadded = (text: string): Buffer | undefined =>
  text.length % 4 === 0 ? decodeBase64(text) : undefined;

interface Keys {
  readonly stored: Buffer;
  readonly server: Buffer;
}

export function scram(name: string, algorithm: 'sha1' | 'sha256', bytes: number): Scheme {
  function parse(text: Buffer) {
    const groups = SHAPE.exec(text.toString('latin1'))?.groups ?? {};
    const [salt, stored, server] = ['salt', 'stored', 'server'].map((part) =>
      decodePadded(groups[part] ?? ''),
    );
    const iterations = Number(groups.rounds);
    if (!salt?.length || stored?.length !== bytes || server?.length !== bytes) return undefined;
    return iterations <= MAX_ITERATIONS ? { iterations, salt, stored, server } : undefined;
  }

  async function keysOf(password: Buffer, salt: Buffer, iterations: number): Promise<Keys> {
    const salted = await derive(password, salt, iterations, bytes, algorithm);
    const keyOf = (role: string): Buffer => createHmac(algorithm, salted).update(role).digest();
    const stored = createHash(algorithm).update(keyOf('Client Key')).digest();
    return { stored, server: keyOf('Server Key') };
  }

  return {
    name,
    encoding: 'text',
    weak: false,
    costly: true,
    isWellFormed: (text) => parse(text) !== undefined,
    async verify(password, text) {
      const parsed = parse(text);
      if (!parsed) return 'malformed';
      if (endsInNul(password)) return 'differs';
      const keys = await keysOf(password, parsed.salt, parsed.iterations);
      const isSame = [
        timingSafeEqual(keys.stored, parsed.stored),
        timingSafeEqual(keys.server, parsed.server),
      ];
      return isSame.every(Boolean) ? 'match' : 'differs';
    },
    async hash(password) {
      const salt = saltBytes(16);
      const { stored, server } = await keysOf(password, salt, NEW_ITERATIONS);
      const parts = [salt, stored, server].map((part) => part.toString('base64'));
      return [NEW_ITERATIONS, ...parts].join(',');
    },
  };
}
