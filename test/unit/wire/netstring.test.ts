import { describe, expect, test } from 'vitest';
import { netstring, toNetstring } from '../../../src/wire/netstring.ts';

const read = (wire: string | Buffer, start = 0) => netstring(1000)(Buffer.from(wire as string), start);

describe('a netstring', () => {
  test.each([
    ['plain', '5:hello,', 'hello', 8],
    ['empty', '0:,', '', 3],
    ['with a comma and a colon in it', '5:a,b:c,', 'a,b:c', 8],
    ['counted in octets, not characters', '7:grüße,', 'grüße', 10],
    ['followed by the next one', '2:ab,2:cd,', 'ab', 5],
  ])('%s is a message', (_name, wire, message, used) => {
    expect(read(wire)).toEqual({ kind: 'message', message, used });
  });

  test('is read where it begins', () => {
    expect(read('2:ab,2:cd,', 5)).toEqual({ kind: 'message', message: 'cd', used: 5 });
  });

  test.each(['', '5', '5:', '5:hell', '5:hello', '1000', '1000:'])('%j waits for more', (wire) => {
    expect(read(wire)).toEqual({ kind: 'more' });
  });

  test.each([
    ['no length', ':,', 'length missing'],
    ['a negative length', '-1:a,', 'length is not a number'],
    ['a length in hexadecimal', '0x5:hello,', 'length is not a number'],
    ['a space before the length', ' 5:hello,', 'length is not a number'],
    ['a leading zero', '05:hello,', 'length begins with 0'],
    ['two zeros', '00:,', 'length begins with 0'],
    ['no comma', '5:helloX', 'comma missing'],
    ['a line feed for the comma', '5:hello\n', 'comma missing'],
    ['a length over the limit', '1001', 'longer than 1000 octets'],
    ['digits without end', '9'.repeat(400), 'longer than 1000 octets'],
    ['a TLS handshake', Buffer.from([0x16, 0x03, 0x01]), 'length is not a number'],
  ])('with %s is refused', (_name, wire, why) => {
    expect(read(wire)).toEqual({ kind: 'broken', why });
  });

  test('shows malformed UTF-8 as U+FFFD', () => {
    expect(read(Buffer.from([0x32, 0x3a, 0xfc, 0x61, 0x2c]))).toMatchObject({ message: '\ufffda' });
  });

  test('is written with its length in octets', () => {
    expect(toNetstring('OK grüße')).toBe('10:OK grüße,');
    expect(toNetstring('')).toBe('0:,');
  });
});
