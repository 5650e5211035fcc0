/** scrypt — SCRYPT: `$scrypt$ln=16,r=8,p=1$salt$key`.
 *
 * source   RFC 7914; the text is passlib's and that of PHC strings (Stalwart)
 * limits   1 GiB for the blocks of a lane, and twice that in all lanes together (some 6 s) */

import { scrypt as deriveWith, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { decodeBase64 } from '../base64.ts';
import { endsInNul } from '../digests/hmac-key.ts';
import type { Scheme } from './scheme.ts';

const SHAPE =
  /^\$scrypt\$ln=(?<ln>[1-9]\d?),r=(?<r>[1-9]\d{0,3}),p=(?<p>[1-9]\d{0,3})\$(?<salt>[A-Za-z\d+/]+)\$(?<key>[A-Za-z\d+/]{43}|[A-Za-z\d+/]{86})$/;
const MAX_BLOCKS = 2 ** 23;

function parse(stored: Buffer) {
  const {
    ln,
    r,
    p,
    salt: saltIn = '',
    key: keyIn = '',
  } = SHAPE.exec(stored.toString('latin1'))?.groups ?? {};
  const [salt, key] = [decodeBase64(saltIn), decodeBase64(keyIn)];
  const [cost, blockSize, parallelization] = [2 ** Number(ln), Number(r), Number(p)];
  const blocks = cost * blockSize;
  if (!salt || !key || blocks > MAX_BLOCKS || blocks * parallelization > 2 * MAX_BLOCKS) return undefined;
  // OpenSSL has the lanes twice in the end, and counts them once (scrypt.c scrypt_alg).
  const memory = 128 * blockSize * (cost + 2 * parallelization + 2);
  const maxmem = memory + 2 ** 20;
  return { salt, key, memory, options: { cost, blockSize, parallelization, maxmem } };
}

const derive = (password: Buffer, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    deriveWith(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

export const scrypt: Scheme = {
  name: 'SCRYPT',
  encoding: 'text',
  weak: false,
  costly: true,
  isWellFormed: (stored) => parse(stored) !== undefined,
  memory: (stored) => parse(stored)?.memory ?? 0,
  async verify(password, stored) {
    const parsed = parse(stored);
    if (!parsed) return 'malformed';
    if (endsInNul(password)) return 'differs';
    try {
      const own = await derive(password, parsed.salt, parsed.key.length, parsed.options);
      return timingSafeEqual(own, parsed.key) ? 'match' : 'differs';
    } catch {
      return 'malformed'; // parameters that OpenSSL refuses
    }
  },
};
