import { expect, test } from 'vitest';
import { printable, reasonOf, splitOnce } from '../../../src/base/text.ts';

test('splits at the first separator only', () => {
  expect(splitOnce('map a b', ' ')).toEqual(['map', 'a b']);
  expect(splitOnce('map', ' ')).toEqual(['map', undefined]);
});

test("a stranger's bytes cannot write a line of their own into a log", () => {
  expect(printable('a\nb\u001b[31m\u0000')).toBe('a\\u{a}b\\u{1b}[31m\\u{0}');
  expect(printable('x'.repeat(300), 10)).toBe('xxxxxxxxxx…(300)');
});

test('a reason is one line, whatever was thrown', () => {
  expect(reasonOf(new Error('two\nlines'))).toBe('two lines');
  expect(reasonOf(new TypeError())).toBe('TypeError');
  expect(reasonOf('text')).toBe('text');
});
