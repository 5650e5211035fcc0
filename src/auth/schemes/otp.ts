/** otp — OTP: `sha1 1024 seed hex`, what a chain of one-time passwords has come to.
 *
 * source   RFC 2289; Dovecot password-scheme-otp.c, which has a password in clear be verified by
 *          making the chain as far as it is stored. It is not moved on: nothing is used up
 * limits   9,999 steps */

import { createHash, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { md4 } from '../digests/md4.ts';
import type { Scheme } from './scheme.ts';

const SHAPE =
  /^(?<algorithm>md4|md5|sha1) (?<steps>0|[1-9]\d{0,3}) (?<seed>[A-Za-z\d]{1,16}) (?<result>[\da-f]{16})$/i;
/** As many steps take less than a millisecond; then others have their turn. */
const AT_ONCE = 200;

type Step = (input: Buffer) => Buffer;

const STEPS: Readonly<Record<string, Step>> = {
  md4: (input) => folded(md4(input)),
  md5: (input) => folded(createHash('md5').update(input).digest()),
  sha1: (input) => foldedSha1(createHash('sha1').update(input).digest()),
};

const folded = (digest: Buffer): Buffer =>
  Buffer.from(digest.subarray(0, 8).map((byte, at) => byte ^ (digest[at + 8] as number)));

/** Five words become two, each written with its lowest byte first (RFC 2289 appendix A). */
function foldedSha1(digest: Buffer): Buffer {
  const word = (index: number): number => digest.readInt32BE(4 * index);
  const result = Buffer.alloc(8);
  result.writeInt32LE(word(0) ^ word(2) ^ word(4));
  result.writeInt32LE(word(1) ^ word(3), 4);
  return result;
}

function parse(stored: Buffer) {
  const { algorithm, steps, seed, result } = SHAPE.exec(stored.toString('latin1'))?.groups ?? {};
  const step = STEPS[algorithm?.toLowerCase() ?? ''];
  if (!step || seed === undefined || result === undefined) return undefined;
  return { step, steps: Number(steps), seed: seed.toLowerCase(), result: Buffer.from(result, 'hex') };
}

export const otp: Scheme = {
  name: 'OTP',
  encoding: 'phrase',
  weak: true,
  costly: true,
  isWellFormed: (stored) => parse(stored) !== undefined,
  async verify(password, stored) {
    const parsed = parse(stored);
    if (!parsed) return 'malformed';
    const { step, steps, seed, result } = parsed;
    let value = step(Buffer.concat([Buffer.from(seed), password]));
    for (let done = 0; done < steps; done += 1) {
      value = step(value);
      if (done % AT_ONCE === AT_ONCE - 1) await setImmediate();
    }
    return timingSafeEqual(value, result) ? 'match' : 'differs';
  },
};
