/** md5-state — the state inside MD5 after one block, which no library gives away.
 *
 * source   RFC 1321 3.4 */

import { add, bytesOf, INITIAL, rotate } from './words.ts';

/** Bytes of a block. */
export const BLOCK = 64;

const SINES = Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));

interface Round {
  readonly shifts: readonly number[];
  /** Which of the sixteen words a step takes. */
  word(step: number): number;
  mix(b: number, c: number, d: number): number;
}

const ROUNDS: readonly Round[] = [
  { shifts: [7, 12, 17, 22], word: (step) => step, mix: (b, c, d) => (b & c) | (~b & d) },
  { shifts: [5, 9, 14, 20], word: (step) => (5 * step + 1) % 16, mix: (b, c, d) => (d & b) | (~d & c) },
  { shifts: [4, 11, 16, 23], word: (step) => (3 * step + 5) % 16, mix: (b, c, d) => b ^ c ^ d },
  { shifts: [6, 10, 15, 21], word: (step) => (7 * step) % 16, mix: (b, c, d) => c ^ (b | ~d) },
];

/** 16 bytes, as MD5 writes a digest. `block` has 64. */
export function md5StateAfter(block: Uint8Array): Buffer {
  const words = Buffer.from(block);
  let [a, b, c, d] = INITIAL;
  ROUNDS.forEach(({ shifts, word, mix }, round) => {
    for (let step = 0; step < 16; step += 1) {
      const input = words.readUInt32LE(4 * word(step));
      const sum = (a + mix(b, c, d) + input + (SINES[16 * round + step] as number)) | 0;
      [a, b, c, d] = [d, (b + rotate(sum, shifts[step % 4] as number)) | 0, b, c];
    }
  });
  return bytesOf(add(INITIAL, [a, b, c, d]));
}
