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
import { tcpTable } from '../../src/protocol/tcp-table.ts';
import { cachesOf, coldCachesOf, domain, type Entries } from '../support/address-book.ts';

const srs = { domain: domain('example.org'), exclude: [], today: () => 0 };
const rules = { delimiters: '+', srs };

/** Nobody answers. */
const away: FactCache<never> = {
  peek: () => undefined,
  load: async (keys) => new Map(keys.map((key) => [key, later('database away')])),
};
const nobody = {
  addresses: away,
  senders: away,
  domains: away,
  entries: away,
  secrets: away,
  srs: away,
  certificates: away,
  access: away,
  clientAccess: away,
};

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

/** More than 100,000 octets of answer, wherever a map may have its answer from. */
const MANY = Array.from({ length: 999 }, (_, n) => `${'x'.repeat(100)}${n}@elsewhere.example`);
const LONG = MANY.join(',');
const fat: Entries = {
  domains: { 'example.org': {} },
  aliases: { 'team@example.org': MANY },
  senders: { 'team@example.org': MANY },
  certificates: { 'mx.example.org': { kind: 'pair', base64: LONG, notAfter: new Date(0) } },
};
/** The others answer with what was asked, or with one address: neither can be as long. */
const fatKeys: Readonly<Record<string, string>> = {
  virtual_alias_maps: 'team@example.org',
  smtpd_sender_login_maps: 'team@example.org',
  tls_server_sni_maps: 'mx.example.org',
  ...Object.fromEntries(
    tables.flatMap(({ name, asks, entries }) =>
      entries && asks !== 'domain' ? [[name, asks === 'host' ? 'mx.example.org' : 'team@example.org']] : [],
    ),
  ),
};

describe.each(Object.entries(fatKeys))('%s', (map, key) => {
  const entries = { ...fat, entries: { [map]: { [key]: LONG } }, secrets: { [map]: { [key]: LONG } } };
  const lookup = createLookup({ book: createBook(cachesOf(entries)), rules });
  const said: [string, object | undefined][] = [];
  const log = { ...silent, warn: (event: string, fields?: object) => void said.push([event, fields]) };

  test.each([
    [
      'socketmap',
      () => socketmap({ lookup, log }).converse().answer(`${map} ${key}`),
      /^\d+:TEMP .*longer than 100000/u,
    ],
    [
      'a tcp table',
      () => tcpTable({ map, lookup, log }).converse().answer(`get ${key}`),
      /^400 .*longer%20than%204096/u,
    ],
  ])(
    'what is longer than Postfix reads over %s is temporary, with a line in the log and never cut',
    async (_, ask, reply) => {
      said.length = 0;
      expect(await ask()).toMatch(reply);
      expect(said).toEqual([['lookup.later', { map, key, why: expect.stringContaining('longer than') }]]);
    },
  );
});
