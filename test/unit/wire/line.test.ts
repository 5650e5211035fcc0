import { describe, expect, test } from 'vitest';
import { line } from '../../../src/wire/line.ts';

const read = (wire: string, start = 0) => line(10)(Buffer.from(wire), start);

describe('a line', () => {
  test.each([
    ['plain', 'hello\n', 'hello', 6],
    ['empty', '\n', '', 1],
    ['ended by CR LF', 'hello\r\n', 'hello', 7],
    ['of a lone CR', '\r\n', '', 2],
    ['with one CR too many', 'a\r\r\n', 'a\r', 4],
    ['with a CR inside', 'a\rb\n', 'a\rb', 4],
    ['as long as may be', '0123456789\n', '0123456789', 11],
    ['followed by the next', 'a\nb\n', 'a', 2],
  ])('%s is a message', (_name, wire, message, used) => {
    expect(read(wire)).toEqual({ kind: 'message', message, used });
  });

  test('is read where it begins', () => {
    expect(read('a\nbc\n', 2)).toEqual({ kind: 'message', message: 'bc', used: 3 });
  });

  test.each(['', 'hello', 'hello\r', '0123456789'])('%j waits for more', (wire) => {
    expect(read(wire)).toEqual({ kind: 'more' });
  });

  test.each(['01234567890', '01234567890\n', `${'x'.repeat(500)}\n`])('%j is too long', (wire) => {
    expect(read(wire)).toEqual({ kind: 'broken', why: 'longer than 10 octets' });
  });
});
