import { expect, test } from 'vitest';
import { type Answer, absent, found, later } from '../../../src/base/answer.ts';
import type { Known } from '../../../src/database/facts.ts';
import { createBook } from '../../../src/lookup/book.ts';
import type { DomainFacts, Facts } from '../../../src/lookup/facts.ts';
import { createRecall, type Inquiry } from '../../../src/lookup/recall.ts';
import { cachesOf, coldCachesOf, domain } from '../../support/address-book.ts';
import { createTestClock } from '../../support/clock.ts';

const entries = { domains: { 'x.test': {} } };

/** Asks for a domain, and counts how often it did. */
function counting(give: (fact: Known<Facts>) => Answer<string>) {
  const seen: string[] = [];
  const inquiry: Inquiry<string> = function* (key) {
    seen.push(key);
    return give(yield { about: 'domain', key: domain(key) });
  };
  return { inquiry, seen };
}

/** Facts in memory that are trusted for a second. */
function recallOn(clock = createTestClock()) {
  const caches = cachesOf(entries);
  const domains = {
    ...caches.domains,
    peek: (key: string) => {
      const known = caches.domains.peek(key) as Known<DomainFacts>;
      return { ...known, trustedUntil: clock.now() + 1000 };
    },
  };
  const { answer } = createBook({ ...caches, domains });
  return { clock, ...createRecall({ answer, rules: { delimiters: '' }, clock, maxEntries: 10 }) };
}

test.each([found('mine'), absent])('%j is asked once while the facts under it hold', (answer) => {
  const { recall, clock } = recallOn();
  const { inquiry, seen } = counting(() => answer);
  for (let i = 0; i < 3; i += 1) expect(recall(inquiry, 'x.test')).toEqual(answer);
  expect(seen).toEqual(['x.test']);
  clock.advance(1000);
  expect(recall(inquiry, 'x.test')).toEqual(answer);
  expect(seen).toHaveLength(2);
});

test('after a change all is asked anew', () => {
  const { recall, forget } = recallOn();
  let usable = true;
  const { inquiry } = counting(() => (usable ? found('mine') : absent));
  expect(recall(inquiry, 'x.test')).toEqual(found('mine'));
  usable = false;
  forget();
  expect(recall(inquiry, 'x.test')).toEqual(absent);
});

test('each rule and each key has answers of its own', () => {
  const { recall } = recallOn();
  const [one, other] = [counting(() => found('one')), counting(() => found('other'))];
  for (let i = 0; i < 2; i += 1) {
    expect(recall(one.inquiry, 'x.test')).toEqual(found('one'));
    expect(recall(other.inquiry, 'x.test')).toEqual(found('other'));
    expect(recall(one.inquiry, 'y.test')).toEqual(found('one'));
  }
  expect(one.seen).toEqual(['x.test', 'y.test']);
});

test('what is not known is not remembered', () => {
  const { recall } = recallOn();
  const { inquiry, seen } = counting(() => later('no idea'));
  for (let i = 0; i < 2; i += 1) expect(recall(inquiry, 'x.test')).toEqual(later('no idea'));
  expect(seen).toHaveLength(2);
});

test('nor is what needed a query', async () => {
  const clock = createTestClock();
  const { answer } = createBook(coldCachesOf(entries));
  const { recall } = createRecall({ answer, rules: { delimiters: '' }, clock, maxEntries: 10 });
  const { inquiry, seen } = counting(() => found('mine'));
  for (let i = 0; i < 2; i += 1) expect(await recall(inquiry, 'x.test')).toEqual(found('mine'));
  expect(seen).toHaveLength(2);
});

test('of more keys than there is room for it begins anew', () => {
  const { recall } = recallOn();
  const [one, other] = [counting(() => found('one')), counting(() => found('other'))];
  const keys = Array.from({ length: 10 }, (_, n) => `x${n}.test`);
  for (const key of [...keys, ...keys]) {
    void recall(one.inquiry, key);
    void recall(other.inquiry, key);
  }
  expect([one.seen, other.seen]).toEqual([keys, keys]);
  void recall(one.inquiry, 'y.test');
  for (const key of ['x0.test', 'y.test']) void recall(one.inquiry, key);
  expect(one.seen).toEqual([...keys, 'y.test', 'x0.test']);
});
