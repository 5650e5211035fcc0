/** letters — numbers in the 64 characters of crypt(3), the lowest six bits first. */

export const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** @param {number} value @param {number} count */
export function letters(value, count) {
  return Array.from({ length: count }, (_, index) => ALPHABET[(value >>> (6 * index)) & 63]).join('');
}

/** @param {string} text */
export function numberOf(text) {
  return [...text].reduce((sum, letter, index) => sum | (ALPHABET.indexOf(letter) << (6 * index)), 0);
}
