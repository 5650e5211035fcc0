import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPercent, toPercent } from '../../../src/wire/percent.ts';

describe('quoting', () => {
  test.each([
    ['alice@example.org', 'alice@example.org'],
    ['a b', 'a%20b'],
    ['100%', '100%25'],
    ['ü\n', '%C3%BC%0A'],
    ['', ''],
  ])('%j is %s', (text, quoted) => {
    expect(toPercent(text)).toBe(quoted);
    expect(fromPercent(quoted)).toBe(text);
  });

  test('any text survives, and its line holds nothing but printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toPercent(text)).toMatch(/^[!-~]*$/u);
        expect(fromPercent(toPercent(text))).toBe(text);
      }),
    );
  });

  test.each(['%', '%4', '%zz', 'a%2', '%%41'])('%s is not quoted as it should be', (quoted) => {
    expect(fromPercent(quoted)).toBeUndefined();
  });
});
