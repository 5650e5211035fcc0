import { expect, test } from 'vitest';
import { ownBytes, printable, reasonOf, splitOnce } from '../../../src/base/text.ts';

test('splits at the first separator only', () => {
  expect(splitOnce('map a b', ' ')).toEqual(['map', 'a b']);
  expect(splitOnce('map', ' ')).toEqual(['map', undefined]);
});

test("a stranger's bytes cannot write a line of their own into a log", () => {
  expect(printable('a\nb\u001b[31m\u0000')).toBe('a\\u{a}b\\u{1b}[31m\\u{0}');
  expect(printable('x'.repeat(300), 10)).toBe('xxxxxxxxxx…(300)');
});

test('the bytes of a secret share their memory with nothing', () => {
  for (const encoding of ['utf8', 'latin1', 'utf16le'] as const) {
    const bytes = ownBytes('pässword', encoding);
    expect(bytes).toEqual(Buffer.from('pässword', encoding));
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  }
  expect(ownBytes('')).toHaveLength(0);
});

test('a reason is one line, whatever was thrown', () => {
  expect(reasonOf(new Error('two\nlines'))).toBe('two lines');
  expect(reasonOf(new TypeError())).toBe('TypeError');
  expect(reasonOf('text')).toBe('text');
});
