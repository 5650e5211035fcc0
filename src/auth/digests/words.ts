/** words — the 32-bit arithmetic of MD4 and MD5. */

export const INITIAL: Words = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

export type Words = readonly [number, number, number, number];

export const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The words of a state, each added to that of `before`, as 16 bytes. */
export const add = (before: Words, after: Words): Words => [
  (before[0] + after[0]) >>> 0,
  (before[1] + after[1]) >>> 0,
  (before[2] + after[2]) >>> 0,
  (before[3] + after[3]) >>> 0,
];

export function bytesOf(state: Words): Buffer {
  const bytes = Buffer.alloc(16);
  state.forEach((word, index) => {
    bytes.writeUInt32LE(word, 4 * index);
  });
  return bytes;
}
