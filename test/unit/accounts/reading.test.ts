import { describe, expect, test } from 'vitest';
import { likePattern, pagesOf } from '../../../src/accounts/paging.ts';
import {
  readAddress,
  readAddressOrCatchAll,
  readCount,
  readDomain,
  readMoment,
  readPassword,
  readSize,
} from '../../../src/accounts/reading.ts';

const now = new Date('2026-11-22T12:00:00Z');

describe('what people write is read as', () => {
  test.each<[string, () => unknown, unknown]>([
    ['an address in any letter case', () => readAddress('Alice@Example.ORG'), 'alice@example.org'],
    ['a quoted local part', () => readAddress('"a b"@example.org'), '"a b"@example.org'],
    ['a domain with umlauts', () => readDomain('Bücher.example'), 'xn--bcher-kva.example'],
    ['a catch-all', () => readAddressOrCatchAll('@Example.ORG'), '@example.org'],
    ['a size', () => readSize('2G'), 2 ** 31],
    ['no limit of size', () => readSize('unlimited'), null],
    ['a count', () => readCount('50'), 50],
    ['no limit of a count', () => readCount('unlimited'), null],
    ['a day', () => readMoment('2027-01-31', now), new Date('2027-01-31T00:00:00Z')],
    [
      'a moment with its zone',
      () => readMoment('2027-01-31T12:00+01:00', now),
      new Date('2027-01-31T11:00:00Z'),
    ],
    ['a span', () => readMoment('2w', now), new Date('2026-12-06T12:00:00Z')],
    ['no end', () => readMoment('never', now), null],
    ['a password', () => readPassword('correct horse', ['alice']), 'correct horse'],
  ])('%s', (_, read, value) => {
    expect(read()).toEqual({ kind: 'done', value });
  });
});

describe('what nobody can mean is refused with a sentence:', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['no address', () => readAddress('alice'), /^"alice" is no mail address$/],
    ['two @', () => readAddress('bob@@example.org'), /^"bob@@example.org" is no mail address$/],
    ['a space before it', () => readAddress(' bob@example.org'), /is no mail address$/],
    ['an alias with a dot too many', () => readAddressOrCatchAll('bob.@example.org'), /neither an address/],
    ['control characters', () => readAddress('a\u001b[2J@example.org'), /is no mail address$/],
    ['no domain', () => readDomain('exa mple'), /^"exa mple" is no domain$/],
    ['neither address nor catch-all', () => readAddressOrCatchAll('@'), /neither an address nor @domain/],
    ['a size in words', () => readSize('big'), /^"big" is no size$/],
    ['a negative size', () => readSize('-1G'), /is no size$/],
    ['a count with a fraction', () => readCount('1.5'), /is no number$/],
    ['a day that is none', () => readMoment('2027-02-31x', now), /is no moment$/],
    ['a moment without its zone', () => readMoment('2027-01-31T12:00', now), /is no moment$/],
    ['a day that has passed', () => readMoment('2026-01-01', now), /has passed$/],
    ['an empty password', () => readPassword('', []), /is empty$/],
    ['a short password', () => readPassword('sevenüü', []), /fewer than 8 characters$/],
    ['a long password', () => readPassword('ü'.repeat(129), []), /longer than 256 bytes$/],
    ['a password of two lines', () => readPassword('correct\nhorse', []), /line break$/],
    [
      'the address as password',
      () => readPassword('Alice@example.org', ['alice@example.org']),
      /first that an attacker/,
    ],
    ['one character again and again', () => readPassword('aaaaaaaaaa', []), /first that an attacker/],
  ])('%s', (_, read, why) => {
    expect(read()).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
  });

  test('no refusal of a password quotes it', () => {
    for (const password of ['secret', 'secret\u0007secret', 'secret'.repeat(50)]) {
      expect(JSON.stringify(readPassword(password, []))).not.toContain('secret');
    }
  });
});

test('in a pattern only * and ? are special', () => {
  expect(likePattern('a*_b?%c\\')).toBe('a%\\_b_\\%c\\\\');
  expect(likePattern(undefined)).toBeNull();
});

test('a page begins after the last row of the one before, until rows or limit end', async () => {
  const asked: unknown[] = [];
  const fetch = async ({ after = 0, size }: { after: number | undefined; size: number }) => {
    asked.push([after, size]);
    return Array.from({ length: Math.min(size, 2300 - after) }, (_, at) => after + at + 1);
  };
  let seen = 0;
  for await (const page of pagesOf<number>(undefined, fetch)) seen += page.length;
  expect(seen).toBe(2300);
  for await (const _ of pagesOf<number>(1200, fetch));
  expect(asked).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 1000],
    [0, 1000],
    [1000, 200],
  ]);
});
