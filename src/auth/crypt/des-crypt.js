/** des-crypt — crypt(3)'s two DES kinds in JavaScript: thirteen characters, and BSDi's `_`.
 *
 * source   FIPS 46-3; crypt(5)
 * notes    Bits are arrays of 0 and 1, numbered as in the standard. It is the plain way and not
 *          the quick one: some 10 ms, in a thread that may take them */

import { ALPHABET, numberOf } from './letters.js';

/** @param {string} numbers */
const table = (numbers) => numbers.trim().split(/\s+/).map(Number);
/** The standard numbers bits from 1. @param {string} numbers */
const places = (numbers) => table(numbers).map((number) => number - 1);

const PC1 = places(`57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36
  63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4`);
const PC2 = places(`14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2
  41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32`);
const SHIFTS = table('1 1 2 2 2 2 2 2 1 2 2 2 2 2 2 1');
const INITIAL =
  places(`58 50 42 34 26 18 10 2 60 52 44 36 28 20 12 4 62 54 46 38 30 22 14 6 64 56 48 40 32 24 16 8
  57 49 41 33 25 17 9 1 59 51 43 35 27 19 11 3 61 53 45 37 29 21 13 5 63 55 47 39 31 23 15 7`);
const FINAL = INITIAL.map((_, index) => INITIAL.indexOf(index));
const EXPANSION = places(`32 1 2 3 4 5 4 5 6 7 8 9 8 9 10 11 12 13 12 13 14 15 16 17
  16 17 18 19 20 21 20 21 22 23 24 25 24 25 26 27 28 29 28 29 30 31 32 1`);
const PERMUTATION = places(
  '16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25',
);
const SELECTIONS = [
  `14 4 13 1 2 15 11 8 3 10 6 12 5 9 0 7 0 15 7 4 14 2 13 1 10 6 12 11 9 5 3 8
   4 1 14 8 13 6 2 11 15 12 9 7 3 10 5 0 15 12 8 2 4 9 1 7 5 11 3 14 10 0 6 13`,
  `15 1 8 14 6 11 3 4 9 7 2 13 12 0 5 10 3 13 4 7 15 2 8 14 12 0 1 10 6 9 11 5
   0 14 7 11 10 4 13 1 5 8 12 6 9 3 2 15 13 8 10 1 3 15 4 2 11 6 7 12 0 5 14 9`,
  `10 0 9 14 6 3 15 5 1 13 12 7 11 4 2 8 13 7 0 9 3 4 6 10 2 8 5 14 12 11 15 1
   13 6 4 9 8 15 3 0 11 1 2 12 5 10 14 7 1 10 13 0 6 9 8 7 4 15 14 3 11 5 2 12`,
  `7 13 14 3 0 6 9 10 1 2 8 5 11 12 4 15 13 8 11 5 6 15 0 3 4 7 2 12 1 10 14 9
   10 6 9 0 12 11 7 13 15 1 3 14 5 2 8 4 3 15 0 6 10 1 13 8 9 4 5 11 12 7 2 14`,
  `2 12 4 1 7 10 11 6 8 5 3 15 13 0 14 9 14 11 2 12 4 7 13 1 5 0 15 10 3 9 8 6
   4 2 1 11 10 13 7 8 15 9 12 5 6 3 0 14 11 8 12 7 1 14 2 13 6 15 0 9 10 4 5 3`,
  `12 1 10 15 9 2 6 8 0 13 3 4 14 7 5 11 10 15 4 2 7 12 9 5 6 1 13 14 0 11 3 8
   9 14 15 5 2 8 12 3 7 0 4 10 1 13 11 6 4 3 2 12 9 5 15 10 11 14 1 7 6 0 8 13`,
  `4 11 2 14 15 0 8 13 3 12 9 7 5 10 6 1 13 0 11 7 4 9 1 10 14 3 5 12 2 15 8 6
   1 4 11 13 12 3 7 14 10 15 6 8 0 5 9 2 6 11 13 8 1 4 10 7 9 5 0 15 14 2 3 12`,
  `13 2 8 4 6 15 11 1 10 9 3 14 5 0 12 7 1 15 13 8 10 3 7 4 12 5 6 11 0 14 9 2
   7 11 4 1 9 12 14 2 0 6 10 13 15 3 5 8 2 1 14 7 4 10 8 13 15 12 9 0 3 5 6 11`,
].map(table);

/** The thirteen characters. @param {Buffer} phrase @param {string} setting */
export function desCrypt(phrase, setting) {
  const salt = setting.slice(0, 2);
  return salt + textOf(iterate(NOTHING, keyOf(phrase), numberOf(salt), 25));
}

/** @param {Buffer} phrase @param {string} setting `_`, four letters of rounds, four of salt */
export function bsdiCrypt(phrase, setting) {
  let key = keyOf(phrase);
  for (let at = 8; at < phrase.length; at += 8) {
    const more = keyOf(phrase.subarray(at));
    key = iterate(key, key, 0, 1).map((bit, index) => bit ^ more[index]);
  }
  const [rounds, salt] = [setting.slice(1, 5), setting.slice(5, 9)];
  return `_${rounds}${salt}${textOf(iterate(NOTHING, key, numberOf(salt), numberOf(rounds)))}`;
}

const NOTHING = Array(64).fill(0);

/** Seven bits of each of eight bytes, and a place for parity. @param {Buffer} phrase */
const keyOf = (phrase) =>
  Array.from(
    { length: 64 },
    (_, bit) => ((phrase[bit >> 3] ?? 0) >> (6 - (bit & 7))) & (bit % 8 === 7 ? 0 : 1),
  );

/** Six bits a letter, two zeros at the end. @param {number[]} bits */
function textOf(bits) {
  const sixes = Array.from({ length: 11 }, (_, index) =>
    bits
      .slice(6 * index, 6 * index + 6)
      .join('')
      .padEnd(6, '0'),
  );
  return sixes.map((six) => ALPHABET[Number.parseInt(six, 2)]).join('');
}

/** DES, `times` over; the salt says which bits of the expansion change places.
 * @param {number[]} block @param {number[]} key @param {number} salt @param {number} times */
function iterate(block, key, salt, times) {
  const keys = roundKeys(key);
  const expansion = EXPANSION.map((place, index) =>
    (salt >>> (index % 24)) & 1 ? EXPANSION[(index + 24) % 48] : place,
  );
  const start = INITIAL.map((place) => block[place]);
  let [left, right] = [start.slice(0, 32), start.slice(32)];
  for (let time = 0; time < times; time += 1) {
    for (const roundKey of keys) {
      const mixed = mix(right, roundKey, expansion);
      [left, right] = [right, left.map((bit, index) => bit ^ mixed[index])];
    }
    // The standard's last exchange; its final and initial permutations undo each other.
    [left, right] = [right, left];
  }
  const end = [...left, ...right];
  return FINAL.map((place) => end[place]);
}

/** @param {number[]} half @param {number[]} roundKey @param {number[]} expansion */
function mix(half, roundKey, expansion) {
  const bits = [];
  for (let box = 0; box < 8; box += 1) {
    let six = 0;
    for (let at = 6 * box; at < 6 * box + 6; at += 1) six = (six << 1) | (half[expansion[at]] ^ roundKey[at]);
    // The outer two bits are the row, the inner four the column.
    const four = SELECTIONS[box][((six & 32) | ((six & 1) << 4)) + ((six >> 1) & 15)];
    bits.push(four >> 3, (four >> 2) & 1, (four >> 1) & 1, four & 1);
  }
  return PERMUTATION.map((place) => bits[place]);
}

/** @param {number[]} key */
function roundKeys(key) {
  const bits = PC1.map((place) => key[place]);
  let turned = 0;
  return SHIFTS.map((shift) => {
    turned += shift;
    return PC2.map((place) => bits[place < 28 ? (place + turned) % 28 : 28 + ((place - 28 + turned) % 28)]);
  });
}
