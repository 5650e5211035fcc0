import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeReader } from '../../../src/wire/attributes.ts';

const read = attributeReader(['sender', 'size', 'recipient']);

test('values come in the order of the names, whatever the order of the attributes', () => {
  expect(read('recipient=b@x.test\nsize=7\nsender=a=b@x.test')).toEqual(['a=b@x.test', '7', 'b@x.test']);
});

test('what is missing is empty, and what nobody wants is ignored', () => {
  expect(read('senders=x\nsende=x\nreciPient=x\nsize=')).toEqual(['', '', '']);
});

test.each(['', '\n', 'size', '=7', 'size=7\n\nsender=a', 'size=7\nsender', 'size\n=7'])(
  '%j has a line that is no attribute',
  (message) => expect(read(message)).toBeUndefined(),
);

test('any attributes are read as a plain reader reads them', () => {
  const names = ['sender', 'size', 'recipient'];
  const name = fc.oneof(fc.constantFrom(...names, 'sendes', 'site'), fc.stringMatching(/^[a-z_]+$/));
  const value = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { minLength: 1 }), (pairs) => {
      const last = new Map(pairs);
      const message = pairs.map((pair) => pair.join('=')).join('\n');
      expect(read(message)).toEqual(names.map((one) => last.get(one) ?? ''));
    }),
  );
});
