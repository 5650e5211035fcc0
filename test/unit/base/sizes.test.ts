import { expect, test } from 'vitest';
import { formatSize, parseSize, roughSize } from '../../../src/base/sizes.ts';

const sizes: Record<string, number | null | undefined> = {
  '0': 0,
  '1024': 1024,
  '500M': 500 * 2 ** 20,
  '2G': 2 * 2 ** 30,
  '2 GB': 2 * 2 ** 30,
  '2GiB': 2 * 2 ** 30,
  '1.5g': 1.5 * 2 ** 30,
  '1T': 2 ** 40,
  unlimited: null,
  none: null,
  '': undefined,
  '-1': undefined,
  '2X': undefined,
  '1e3': undefined,
  '9000P': undefined,
  two: undefined,
};

for (const [text, bytes] of Object.entries(sizes)) {
  test(`${JSON.stringify(text)} is ${bytes === undefined ? 'no size' : bytes}`, () =>
    expect(parseSize(text)).toBe(bytes));
}

test('the shortest exact form is shown', () => {
  expect([0, 1023, 1024, 1536 * 2 ** 20, 2 ** 31, null].map(formatSize)).toEqual([
    '0',
    '1023',
    '1K',
    '1536M',
    '2G',
    'unlimited',
  ]);
});

test('what is used is shown in a few digits', () => {
  expect([0, 1023, 1024, 123_456_789, 2 ** 31, 2 ** 40 - 1].map(roughSize)).toEqual([
    '0',
    '1023',
    '1K',
    '117.7M',
    '2G',
    '1024G',
  ]);
});
