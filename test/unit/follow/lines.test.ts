import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLines } from '../../../src/follow/lines.ts';

/** In pieces of these sizes, again and again. */
function read(bytes: Buffer, sizes: readonly number[], limit?: number) {
  const lines = createLines(limit);
  const taken: string[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const piece = Buffer.from(bytes.subarray(at, at + (sizes[n % sizes.length] as number)));
    taken.push(...lines.take(piece));
    // The bytes are the caller's again.
    piece.fill(0x21);
    at += sizes[n % sizes.length] as number;
  }
  return { taken, tooLong: lines.tooLong() };
}

describe('lines', () => {
  test('are the same, however the bytes come', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '€', '\n', 'long enough', '\0'), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''));
        const { taken, tooLong } = read(bytes, sizes, 12);
        const all = bytes.toString().split('\n').slice(0, -1);
        expect(taken).toEqual(all.filter((line) => Buffer.byteLength(line) <= 12));
        const rest = bytes.subarray(bytes.lastIndexOf(0x0a) + 1);
        expect(tooLong).toBe(all.length - taken.length + (rest.length > 12 ? 1 : 0));
      }),
    );
  });

  test('of a megabyte are passed over, and what follows is read', () => {
    const bytes = Buffer.concat([Buffer.from('one\n'), Buffer.alloc(1024 ** 2, 'x'), Buffer.from('\ntwo\n')]);
    expect(read(bytes, [4096])).toEqual({ taken: ['one', 'two'], tooLong: 1 });
    expect(read(bytes, [bytes.length])).toEqual({ taken: ['one', 'two'], tooLong: 1 });
  });

  test('that are no text are lines all the same', () => {
    const { taken } = read(Buffer.from([0xff, 0xfe, 0x0a, 0x41, 0x0a]), [1]);
    expect(taken).toEqual(['\u{fffd}\u{fffd}', 'A']);
  });
});
