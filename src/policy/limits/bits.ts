/** bits — 32 bits of a text, to tell texts apart in little memory: FNV-1a, begun anew in each process, so
 * nobody can look for two that are alike. */

import { randomBits } from '../../base/random.ts';

const BEGIN = randomBits();
const PRIME = 0x01000193;

export function bitsOf(text: string): number {
  let bits = BEGIN;
  for (let n = 0; n < text.length; n += 1) bits = Math.imul(bits ^ text.charCodeAt(n), PRIME);
  return bits;
}
