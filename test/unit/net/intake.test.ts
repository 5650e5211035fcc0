import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Intake } from '../../../src/net/intake.ts';

test('a chunk that is read at once is not copied', () => {
  const intake = new Intake();
  const chunk = Buffer.from('whole');
  expect(intake.add(chunk)).toBe(chunk);
  intake.keep(chunk, chunk.length);
  expect(intake.unread).toBe(0);
});

test('whatever is added and read, the unread bytes are those of a plain buffer', () => {
  const step = fc.record({
    chunk: fc.uint8Array({ maxLength: 3000 }),
    read: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const intake = new Intake();
      let plain = Buffer.alloc(0);
      for (const { chunk, read } of steps) {
        plain = Buffer.concat([plain, chunk]);
        const bytes = intake.add(Buffer.from(chunk));
        expect(bytes.equals(plain)).toBe(true);
        const start = Math.round(bytes.length * read);
        intake.keep(bytes, start);
        plain = plain.subarray(start);
        expect(intake.unread).toBe(plain.length);
        expect(intake.view().equals(plain)).toBe(true);
      }
    }),
  );
});

test('what waits is its own copy: the chunk may be reused', () => {
  const intake = new Intake();
  const chunk = Buffer.from('abc');
  intake.keep(intake.add(chunk), 1);
  chunk.fill('x');
  expect(intake.view().toString()).toBe('bc');
});
