/** md4 — the digest MD4, which OpenSSL 3 has only on demand.
 *
 * source   RFC 1320 */

import { add, bytesOf, INITIAL, rotate, type Words } from './words.ts';

const BLOCK = 64;

interface Round {
  readonly constant: number;
  readonly shifts: readonly number[];
  /** Which of the sixteen words each step takes. */
  readonly order: readonly number[];
  mix(b: number, c: number, d: number): number;
}

const ROUNDS: readonly Round[] = [
  {
    constant: 0,
    shifts: [3, 7, 11, 19],
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    mix: (b, c, d) => (b & c) | (~b & d),
  },
  {
    constant: 0x5a827999,
    shifts: [3, 5, 9, 13],
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    mix: (b, c, d) => (b & c) | (b & d) | (c & d),
  },
  {
    constant: 0x6ed9eba1,
    shifts: [3, 9, 11, 15],
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    mix: (b, c, d) => b ^ c ^ d,
  },
];

/** 16 bytes. */
export function md4(message: Buffer): Buffer {
  const padded = pad(message);
  let state = INITIAL;
  for (let at = 0; at < padded.length; at += BLOCK) state = compress(state, padded.subarray(at, at + BLOCK));
  return bytesOf(state);
}

function pad(message: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  return padded;
}

function compress(state: Words, block: Buffer): Words {
  let [a, b, c, d] = state;
  for (const { constant, shifts, order, mix } of ROUNDS) {
    order.forEach((word, step) => {
      const sum = (a + mix(b, c, d) + block.readUInt32LE(4 * word) + constant) | 0;
      [a, b, c, d] = [d, rotate(sum, shifts[step % 4] as number), b, c];
    });
  }
  return add(state, [a, b, c, d]);
}
