import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainOf } from '../../../src/base/address.ts';
import type { Answer } from '../../../src/base/answer.ts';
import { createBook } from '../../../src/lookup/book.ts';
import { explainRecipient } from '../../../src/lookup/explain.ts';
import { createLookup } from '../../../src/lookup/lookup.ts';
import { tables } from '../../../src/lookup/tables/index.ts';
import {
  address,
  awayCachesOf,
  cachesOf,
  coldCachesOf,
  domain,
  type Entries,
} from '../../support/address-book.ts';
import { find, follow } from '../../support/address-model.ts';

/** Small alphabets, so that books are full of collisions, loops and dangling ends. */
const local = fc.constantFrom('a', 'b', 'c', 'a+t', 'b+t');
const domainName = fc.constantFrom('v.test', 'w.test', 'alias.test', 'relay.test', 'off.test', 'else.test');
const anyAddress = fc.tuple(local, domainName).map(([l, d]) => `${l}@${d}`);
/** Destinations carry no tag, or a loop could grow for ever; that case has its own test. */
const destination = fc.tuple(fc.constantFrom('a', 'b', 'c'), domainName).map(([l, d]) => `${l}@${d}`);
const key = fc.oneof(anyAddress, fc.constantFrom('@v.test', '@w.test', '@alias.test'));

const book: fc.Arbitrary<Entries> = fc.record({
  domains: fc.record({
    'v.test': fc.constant({}),
    'w.test': fc.record({ usable: fc.boolean() }),
    'alias.test': fc.record({
      type: fc.constant('alias' as const),
      target: fc.constantFrom(domain('v.test'), domain('w.test'), domain('alias.test')),
    }),
    'relay.test': fc.constant({ type: 'relay' as const }),
    'off.test': fc.constant({ usable: false }),
  }),
  mailboxes: fc.dictionary(anyAddress, fc.record({ usable: fc.boolean() }), { maxKeys: 8 }),
  aliases: fc.dictionary(
    key,
    fc.uniqueArray(
      fc.tuple(fc.boolean(), destination).map(([off, to]) => (off ? `-${to}` : to)),
      { minLength: 1, maxLength: 3, selector: (to) => to.replace('-', '') },
    ),
    { maxKeys: 8 },
  ),
});

const lookupIn = (entries: Entries) =>
  createLookup({ book: createBook(cachesOf(entries)), rules: { delimiters: '+' } });

test('the answers agree with a plain model of the rules', async () => {
  await fc.assert(
    fc.asyncProperty(book, anyAddress, async (entries, asked) => {
      const lookup = lookupIn(entries);
      expect(await lookup.answer('virtual_alias_maps', asked)).toEqual(
        expect.objectContaining(modelAlias(entries, asked)),
      );
      expect(await lookup.answer('virtual_mailbox_maps', asked)).toEqual(modelMailbox(entries, asked));
    }),
    { numRuns: 3000 },
  );
});

test('the maps refuse what explain refuses, and let wait what it lets wait', async () => {
  await fc.assert(
    fc.asyncProperty(book, anyAddress, async (entries, asked) => {
      const lookup = lookupIn(entries);
      const rules = { delimiters: '+' };
      const { answer } = await explainRecipient(createBook(cachesOf(entries)), address(asked), rules);
      const expansion = answer.kind === 'found' ? answer.value.kind : answer.kind;
      const maps = ['virtual_alias_maps', 'virtual_mailbox_maps'].map(async (map) =>
        lookup.answer(map, asked),
      );
      const kinds = (await Promise.all(maps)).map(({ kind }) => kind);
      if (expansion === 'nobody') expect(kinds).toEqual(['absent', 'absent']);
      else if (expansion === 'endless') expect(kinds).toEqual(['later', expect.not.stringMatching('found')]);
      else expect(kinds).not.toContain('later');
    }),
    { numRuns: 2000 },
  );
});

test('a cold cache gives the same answers as a warm one', async () => {
  await fc.assert(
    fc.asyncProperty(book, anyAddress, async (entries, asked) => {
      const cold = createLookup({ book: createBook(coldCachesOf(entries)), rules: { delimiters: '+' } });
      const warm = lookupIn(entries);
      for (const map of warm.maps)
        expect(await cold.answer(map, asked)).toEqual(await warm.answer(map, asked));
    }),
    { numRuns: 500 },
  );
});

test('while the database is away nothing is absent, and what is found is what was found before', async () => {
  await fc.assert(
    fc.asyncProperty(book, anyAddress, async (entries, asked) => {
      const away = createLookup({ book: createBook(awayCachesOf(entries)), rules: { delimiters: '+' } });
      const before = lookupIn(entries);
      for (const { name: map, asks, isDated } of tables) {
        if (isDated) continue; // sender rewriting is off here, which needs no proof
        // An address is no domain and no host, database or not.
        const key = asks === 'address' ? asked : domainOf(address(asked));
        const answer = await away.answer(map, key);
        expect(answer.kind).not.toBe('absent');
        const itself = map === 'virtual_alias_maps' && answer.kind === 'found' && answer.value === asked;
        if (answer.kind === 'found' && !itself) expect(answer).toEqual(await before.answer(map, key));
      }
    }),
    { numRuns: 1000 },
  );
});

test('letter case, quotes and a final dot never change an answer', async () => {
  await fc.assert(
    fc.asyncProperty(book, anyAddress, async (entries, asked) => {
      const lookup = lookupIn(entries);
      const [l, d] = asked.split('@') as [string, string];
      for (const map of lookup.maps) {
        const answer = await lookup.answer(map, asked);
        for (const same of [asked.toUpperCase(), `"${l}"@${d}`, `${asked}.`]) {
          expect(await lookup.answer(map, same)).toEqual(answer);
        }
      }
    }),
    { numRuns: 300 },
  );
});

// ---- the model's words in the daemon's (support/address-model.ts) ----

const absent = { kind: 'absent' };

function modelMailbox(entries: Entries, asked: string): Answer<string> | object {
  const hit = find(entries, asked);
  if (hit === undefined || hit === 'refused' || hit === 'elsewhere') return absent;
  if ('to' in hit && !hit.box) return absent;
  // Without a copy its mail goes where it leads, and nowhere if that is nowhere.
  if ('to' in hit)
    return expect.objectContaining({ kind: (modelAlias(entries, asked) as Answer<string>).kind });
  return expect.objectContaining({ kind: 'found' });
}

function modelAlias(entries: Entries, asked: string): object {
  const hit = find(entries, asked);
  if (hit === undefined || hit === 'refused' || hit === 'elsewhere') return absent;
  if ('mailbox' in hit) {
    return hit.mailbox.split('@')[1] === asked.split('@')[1] ? absent : { kind: 'found', value: hit.mailbox };
  }
  const walk = follow(entries, asked, hit);
  if (walk.targets.size > 0) return { kind: 'found', value: [...walk.targets].join(',') };
  return walk.loop ? { kind: 'later' } : absent;
}
