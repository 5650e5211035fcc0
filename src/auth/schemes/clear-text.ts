/** clear-text — what PLAIN and PLAIN-TRUNC share: passwords that are not hashed at all.
 *
 * limits   UTF-8 without control characters: what a person could type, and one line holds */

import { isUtf8 } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

export const isTypable = (text: Buffer): boolean =>
  text.length > 0 && isUtf8(text) && !/\p{Cc}/u.test(text.toString());

/** In a time that tells neither where they differ nor how long the stored one is. */
export const isSame = (a: Buffer, b: Buffer): boolean => timingSafeEqual(digest(a), digest(b));

const digest = (text: Buffer): Buffer => createHash('sha256').update(text).digest();
