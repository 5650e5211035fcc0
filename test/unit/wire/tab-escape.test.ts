import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeField,
  fieldReader,
  joinFields,
  splitFields,
  unescapeField,
} from '../../../src/wire/tab-escape.ts';

describe('tab escaping', () => {
  test.each([
    ['NUL', '\0', '\x010'],
    ['the escape itself', '\x01', '\x011'],
    ['TAB', '\t', '\x01t'],
    ['CR', '\r', '\x01r'],
    ['LF', '\n', '\x01n'],
    ['nothing else', 'a=b ü\x02\x7f', 'a=b ü\x02\x7f'],
  ])('escapes %s', (_name, text, wire) => {
    expect(escapeField(text)).toBe(wire);
    expect(unescapeField(wire)).toBe(text);
  });

  test('an unknown escape is the character after it, as in Dovecot', () => {
    expect(unescapeField('a\x01xb\x01😀')).toBe('axb😀');
  });

  test('an escape at the end is dropped', () => {
    expect(unescapeField('a\x01')).toBe('a');
  });

  test('an escaped escape does not escape what follows', () => {
    expect(unescapeField('\x011t')).toBe('\x01t');
  });

  test('any fields come back as they were', () => {
    const field = fc.string({
      unit: fc.constantFrom('a', '\0', '\x01', '\t', '\r', '\n', 't', '0', '1', 'ü'),
    });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        const wire = joinFields(fields);
        expect(wire).not.toMatch(/[\0\r\n]/);
        expect(splitFields(wire)).toEqual(fields);
      }),
    );
  });

  test('named fields are what the last field of that name says, wherever it stands', () => {
    const field = fc.tuple(
      fc.constantFrom('user', 'users', 'rip', '', 'x'),
      fc.constantFrom('=', ''),
      fc.string({ unit: fc.constantFrom('a', '=', '\t', '\x01', 'ü', 'user=') }),
    );
    fc.assert(
      fc.property(fc.array(field), fc.nat(5), (fields, from) => {
        const texts = fields.map(([name, equals, value]) => `${name}${equals}${value}`);
        const before = joinFields(texts.slice(0, from));
        const after = texts.slice(from);
        const told = (name: string) => after.findLast((text) => text.startsWith(name))?.slice(name.length);
        const line = [before, ...after.map(escapeField)].join('\t');
        expect(fieldReader(['user', 'rip'])(line, before.length + 1)).toEqual([
          told('user=') ?? '',
          told('rip=') ?? '',
        ]);
      }),
    );
  });
});
