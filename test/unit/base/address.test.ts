import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalOf,
  domainOf,
  inDomain,
  localOf,
  parseAddress,
  parseCatchAll,
  parseDomain,
  parseMailbox,
  splitExtension,
  withExtension,
  writeMailbox,
} from '../../../src/base/address.ts';
import { address, domain } from '../../support/address-book.ts';

const addresses: Record<string, [text: string, canonical: string | undefined]> = {
  'an address': ['alice@example.org', 'alice@example.org'],
  'upper case, both sides': ['ALICE@Example.ORG', 'alice@example.org'],
  'a final dot': ['alice@example.org.', 'alice@example.org'],
  'needless quotes': ['"alice"@example.org', 'alice@example.org'],
  'quotes that are needed': ['"a b"@example.org', '"a b"@example.org'],
  'the same without quotes': ['a b@example.org', '"a b"@example.org'],
  'an escape that is not needed': ['"a\\b"@example.org', 'ab@example.org'],
  'an escaped quote': ['"a\\"b"@example.org', '"a\\"b"@example.org'],
  'an at sign in quotes': ['"a@b"@example.org', '"a@b"@example.org'],
  'two dots are no dot-atom': ['a..b@example.org', '"a..b"@example.org'],
  'a first dot is no dot-atom': ['.a@example.org', '".a"@example.org'],
  'a UTF-8 local part': ['ÜNAL@example.org', 'ünal@example.org'],
  'the same letter in two pieces': ['u\u0308nal@example.org', 'ünal@example.org'],
  'a U-label': ['b@Bücher.example', 'b@xn--bcher-kva.example'],
  'an A-label': ['b@XN--BCHER-KVA.example', 'b@xn--bcher-kva.example'],
  'an ideographic full stop': ['b@example。org', 'b@example.org'],
  'one label': ['root@localhost', 'root@localhost'],
  'an address literal': ['a@[192.0.2.1]', undefined],
  'an IPv6 literal': ['a@[IPv6:2001:db8::1]', undefined],
  'a dotted number': ['a@192.0.2.1', undefined],
  'a hexadecimal number, which URLs take for an address': ['a@0x7f.1', undefined],
  'no local part': ['@example.org', undefined],
  'no domain': ['alice@', undefined],
  'no at sign': ['alice', undefined],
  nothing: ['', undefined],
  'a transport probe': ['*', undefined],
  'the null sender': ['<>', undefined],
  'a label that begins with a hyphen': ['a@-x.example', undefined],
  'an empty label': ['a@x..example', undefined],
  'an underscore in the domain': ['a@x_y.example', undefined],
  'a space in the domain': ['a@exam ple.org', undefined],
  'a control character': ['a\u0001b@example.org', undefined],
  'a NUL': ['a\u0000b@example.org', undefined],
  'octets that were no UTF-8': ['a\ufffdb@example.org', undefined],
  'a broken quote': ['"alice@example.org', '"\\"alice"@example.org'],
  'a label of 63 letters': [`a@${'x'.repeat(63)}.org`, `a@${'x'.repeat(63)}.org`],
  'a label of 64 letters': [`a@${'x'.repeat(64)}.org`, undefined],
  'a domain of 254 letters': [`a@${'x.'.repeat(126)}xx`, undefined],
  'an address of 321 octets': [`${'a'.repeat(309)}@example.org`, undefined],
  'a megabyte': [`${'a'.repeat(1_000_000)}@example.org`, undefined],
};

describe('parseAddress', () => {
  for (const [name, [text, canonical]] of Object.entries(addresses)) {
    test(name, () => expect(parseAddress(text)).toBe(canonical));
  }

  test('what it made it takes again, unchanged', () => {
    const part = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(fc.tuple(part, fc.constantFrom('example.org', 'Bücher.example', 'x')), ([local, host]) => {
        const once = parseAddress(`${local}@${host}`);
        if (once === undefined) return;
        expect(parseAddress(once)).toBe(once);
        expect(parseAddress(`${localOf(once)}@${domainOf(once)}`)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  test('it never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void [parseAddress(text), parseDomain(text)]),
    );
  });
});

test.each([
  ['ALICE@Example.ORG.', 'alice@example.org'],
  ['Bob, the Builder', 'bob, the builder'],
  ['', ''],
])('canonicalOf(%j) is the address, or a name in lower case: %j', (text, canonical) => {
  expect(canonicalOf(text)).toBe(canonical);
});

test('a catch-all is an at sign and a domain', () => {
  expect(parseCatchAll('@Example.org')).toBe('@example.org');
  expect(parseCatchAll('a@example.org')).toBeUndefined();
  expect(parseCatchAll('@')).toBeUndefined();
});

const extensions: Record<
  string,
  [text: string, delimiters: string, base: string | undefined, extension?: string]
> = {
  'from the first delimiter on': ['a+b+c@x.org', '+', 'a@x.org', '+b+c'],
  none: ['a@x.org', '+', undefined],
  'switched off': ['a+b@x.org', '', undefined],
  'the first character is no delimiter': ['+b@x.org', '+', undefined],
  'an empty extension': ['a+@x.org', '+', 'a@x.org', '+'],
  'several delimiters, whichever comes first': ['a-b+c@x.org', '+-', 'a@x.org', '-b+c'],
  'an owner of a list stays whole': ['owner-list@x.org', '-', undefined],
  'a list-request stays whole': ['list-request@x.org', '-', undefined],
  'inside quotes': ['"a b+c d"@x.org', '+', '"a b"@x.org', '+c d'],
  'quotes that the base does not need': ['"a+b c"@x.org', '+', 'a@x.org', '+b c'],
};

describe('splitExtension', () => {
  for (const [name, [text, delimiters, base, extension]] of Object.entries(extensions)) {
    test(name, () => {
      const split = splitExtension(address(text), delimiters);
      expect(split).toEqual(base === undefined ? undefined : { base, extension });
      if (split) expect(withExtension(split.base, split.extension)).toBe(text);
    });
  }
});

test('an extension that would make an address too long is left off', () => {
  expect(withExtension(address('a@x.org'), `+${'b'.repeat(400)}`)).toBe('a@x.org');
});

test('the same local part in another domain', () => {
  expect(inDomain(address('"a@b"@x.org'), domain('y.org'))).toBe('"a@b"@y.org');
});

describe('a mailbox keeps the letters of its local part', () => {
  const mailboxes: Record<string, [text: string, written: string | undefined]> = {
    'upper case': ['Ann@Example.ORG', 'Ann@example.org'],
    'needless quotes': ['"Ann"@example.org', 'Ann@example.org'],
    'quotes that are needed': ['A b@example.org', '"A b"@example.org'],
    'no local part': ['@example.org', undefined],
    'an address literal': ['ann@[192.0.2.1]', undefined],
    'too long': [`${'x'.repeat(400)}@example.org`, undefined],
  };
  test.each(Object.entries(mailboxes))('%s', (_, [text, written]) => {
    const mailbox = parseMailbox(text);
    expect(mailbox && writeMailbox(mailbox)).toBe(written);
  });

  test('and is else the address that the text is', () => {
    const texts = fc.tuple(
      fc.string({ minLength: 1 }),
      fc.constantFrom('x.org', 'X.Org.', 'bücher.example', '-'),
    );
    fc.assert(
      fc.property(texts, ([local, domainName]) => {
        const text = `${local}@${domainName}`;
        const mailbox = parseMailbox(text);
        const written = mailbox && writeMailbox(mailbox);
        expect(written && parseAddress(written)).toBe(parseAddress(text));
      }),
    );
  });
});
