/** random — the owner of chance, as clock.ts is of time. */

import { randomBytes, randomInt } from 'node:crypto';

// Without the letters and digits that people take for one another: 0 o, 1 i l.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password for a device, easy to type: `x4k9p-…`, four groups of five, 99 bits. */
export function randomPassword(): string {
  const group = () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

/** A secret that no person has to type: 40 characters, 240 bits. */
export const randomSecret = (): string => randomBytes(30).toString('base64url');

const SALT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A salt in the characters of crypt(3), 6 bits each. */
export const saltText = (length: number): string =>
  Array.from(randomBytes(length), (byte) => SALT_ALPHABET[byte % 64]).join('');

/** A salt in bytes. */
export const saltBytes = (length: number): Buffer => randomBytes(length);

/** 32 of them, as an integer. */
export const randomBits = (): number => randomInt(2 ** 32);
