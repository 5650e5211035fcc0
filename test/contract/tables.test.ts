/** What every map promises: absent only when proven, later on failure, and no answer that Postfix would
 * stumble over. */

import { describe, expect, test } from 'vitest';
import { later } from '../../src/base/answer.ts';
import { silent } from '../../src/base/log.ts';
import type { FactCache } from '../../src/database/facts.ts';
import { createBook } from '../../src/lookup/book.ts';
import { createLookup } from '../../src/lookup/lookup.ts';
import { tables } from '../../src/lookup/tables/index.ts';
import { socketmap } from '../../src/protocol/socketmap.ts';
import { cachesOf, coldCachesOf, domain, type Entries } from '../support/address-book.ts';

const srs = { domain: domain('example.org'), exclude: [], today: () => 0 };
const rules = { delimiters: '+', srs };

/** Nobody answers. */
const away: FactCache<never> = {
  peek: () => undefined,
  load: async (keys) => new Map(keys.map((key) => [key, later('database away')])),
};
const nobody = { addresses: away, senders: away, domains: away, entries: away, secrets: away, srs: away };

const keys = { address: 'alice+x@sub.example.org', domain: 'sub.example.org', host: 'mx.example.org' };
/** Of maps that compute what they answer: keys that they answer by facts, and nobody's. */
const ownKeys: Readonly<Record<string, string>> = {
  srs_sender: `${'x'.repeat(60)}@sub.example.org`,
  srs_recipient: 'SRS0=fake=AA=elsewhere.example=eve@example.org',
};

const malformed: Readonly<Record<string, string>> = {
  nothing: '',
  'the probe of trivial-rewrite': '*',
  'the null sender': '<>',
  'the null sender in quotes': '"<>"',
  'the null sender of canonical maps': '""',
  'an at alone': '@',
  'a control character': 'a\u0001b@example.org',
  'an over-long key': `${'x'.repeat(5000)}@example.org`,
  'over-long, without an at': 'x'.repeat(5000),
  'too many labels': 'x.'.repeat(5000),
};

const full: Entries = { domains: { 'example.org': {} } };

describe.each(tables.map((table) => [table.name, table] as const))('%s', (map, { asks }) => {
  const askedKey = ownKeys[map] ?? keys[asks];

  test.each(Object.entries(malformed))('%s does not exist, whatever the database does', async (_, key) => {
    for (const caches of [cachesOf(full), nobody]) {
      const answer = await createLookup({ book: createBook(caches), rules }).answer(map, key);
      expect(answer.kind).toBe('absent');
    }
  });

  test('what nobody entered is absent, and asked for once', async () => {
    const cold = coldCachesOf({ srsSecrets: ['a secret of ours'] });
    const answer = await createLookup({ book: createBook(cold), rules }).answer(map, askedKey);
    expect(answer.kind).toBe('absent');
    for (const { queries } of Object.values(cold)) {
      const asked = queries.flat();
      expect(asked.length).toBe(new Set(asked).size);
    }
  });

  test('a failure is later, never absent', async () => {
    const answer = await createLookup({ book: createBook(nobody), rules }).answer(map, askedKey);
    expect(answer).toEqual(later('database away'));
  });

  test.each([
    ['empty', ''],
    ['longer than Postfix reads', 'x'.repeat(100_000)],
    ['two lines', 'OK\nOK'],
  ])('a value that is %s is TEMP', async (_, value) => {
    const values = Object.fromEntries(tables.map(({ name }) => [name, { [askedKey]: value }]));
    const lookup = createLookup({ book: createBook(cachesOf({ entries: values, secrets: values })), rules });
    const reply = await socketmap({ lookup, log: silent }).converse().answer(`${map} ${askedKey}`);
    expect(reply).not.toMatch(/^\d+:OK [^x]*,$/u);
    expect(reply).toMatch(
      /^\d+:(?:TEMP (?:unusable answer|there is no secret)|NOTFOUND |OK sub\.example\.org)/u,
    );
  });
});

describe.each(tables.flatMap(({ name, entries }) => (entries ? [[name, entries] as const] : [])))(
  'the entries of %s',
  (_, { keys: form, values }) => {
    const written = [
      'alice@example.org',
      '@example.org',
      'example.org',
      '.example.org',
      'alice@',
      '192.0.2.0/24',
    ];

    test('a key is read into the form in which it is looked up, and once more the same', () => {
      const read = written.flatMap((text) => form.read(text.toUpperCase()) ?? []);
      expect(read.length).toBeGreaterThan(0);
      for (const key of read) expect(form.read(key)).toBe(key);
    });

    test('no key and no value holds a control character, none is empty', () => {
      for (const text of ['', 'a\nb', '\u0000', ' \r\n']) {
        expect(form.read(text)).toBeUndefined();
        expect(values.read(text)).toBeUndefined();
      }
      expect(values.read('x'.repeat(10_001))).toBeUndefined();
    });
  },
);
