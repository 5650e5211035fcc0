/** Whatever fails, and in whatever order: no permanent refusal that the healthy system would not have given. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { later } from '../../../src/base/answer.ts';
import { silent } from '../../../src/base/log.ts';
import { createTally } from '../../../src/base/tally.ts';
import type { Fact, FactCache } from '../../../src/database/facts.ts';
import { createDecide } from '../../../src/policy/decide.ts';
import { orderRules } from '../../../src/policy/order.ts';
import type { WhenUnknown } from '../../../src/policy/rule.ts';
import { policyRules } from '../../../src/policy/rules/index.ts';
import type { PolicyServices } from '../../../src/policy/services.ts';
import { cachesOf, domain, type Entries } from '../../support/address-book.ts';
import { login, request, servicesOn } from './requests.ts';

const NAMES = ['ann@x.test', 'bob@x.test', 'ann+t@x.test', 'ann@old.test', 'eve@off.test', 'out@y.net'];
const KEYS = [...NAMES, '@x.test', '@old.test'];
const name = fc.constantFrom(...NAMES);
const key = fc.constantFrom(...KEYS);

const book: fc.Arbitrary<Entries> = fc.record({
  domains: fc.constant({
    'x.test': {},
    'old.test': { type: 'alias' as const, target: domain('x.test') },
    'off.test': { usable: false },
  }),
  mailboxes: fc.dictionary(name, fc.record({ usable: fc.boolean() })),
  aliases: fc.dictionary(
    key,
    fc.array(
      fc.tuple(fc.boolean(), name).map(([isOff, to]) => (isOff ? `-${to}` : to)),
      { minLength: 1, maxLength: 3 },
    ),
  ),
  senders: fc.dictionary(key, fc.array(name, { minLength: 1, maxLength: 2 })),
});

/** How each question to a cache ends: from memory, by a query, by what is last known, not at all. */
type Weather = () => 'memory' | 'query' | 'last-known' | 'away';

function stormy<V>(healthy: FactCache<V>, weather: Weather): FactCache<V> {
  const loaded = (one: string, how: ReturnType<Weather>): Fact<V> => {
    const fact = healthy.peek(one);
    if (!fact || how === 'away') return later('away');
    if (how !== 'last-known') return fact;
    return fact.value === undefined ? later('away') : { ...fact, lastKnown: true };
  };
  return {
    peek: (one) => (weather() === 'memory' ? healthy.peek(one) : undefined),
    load: async (keys) => new Map(keys.map((one) => [one, loaded(one, weather())])),
  };
}

function decideWith(services: PolicyServices, whenUnknown?: WhenUnknown) {
  const order = orderRules(policyRules, null).map((one) => ({ ...one, ...(whenUnknown && { whenUnknown }) }));
  return createDecide({ order, services, log: silent, sparing: silent, tally: createTally() }).decide;
}

const weathers = fc.infiniteStream(fc.constantFrom('memory', 'query', 'last-known', 'away'));
const logins = fc.dictionary(name, fc.boolean());
const asked = fc
  .record({ sender: fc.oneof(name, fc.constant('')), recipient: name, who: fc.oneof(name, fc.constant('')) })
  .map(({ who, ...rest }) => request({ ...rest, ...login(who) }));

test('what a failure answers is what the healthy system answers, or temporary', async () => {
  await fc.assert(
    fc.asyncProperty(book, logins, asked, weathers, async (entries, known, question, stream) => {
      const caches = cachesOf(entries);
      const healthy = await decideWith(servicesOn(caches, known))(question);
      const weather: Weather = () => stream.next().value as ReturnType<Weather>;
      const services = servicesOn(
        {
          ...caches,
          addresses: stormy(caches.addresses, weather),
          senders: stormy(caches.senders, weather),
          domains: stormy(caches.domains, weather),
        },
        known,
      );
      const ill: PolicyServices = {
        ...services,
        mayUseMail: (who) => {
          const how = weather();
          if (how === 'away') throw new Error('a bug');
          return how === 'memory' ? services.mayUseMail(who) : Promise.resolve(later('away'));
        },
      };
      const answer = await decideWith(ill)(question);
      if (answer.kind !== 'later') expect(answer.kind).toBe(healthy.kind);
      if (answer.kind === 'refuse') expect(answer).toMatchObject({ reply: (healthy as typeof answer).reply });
    }),
    { numRuns: 2000 },
  );
});

test('with rules that let pass what they cannot find out, no refusal but one that the healthy system has', async () => {
  await fc.assert(
    fc.asyncProperty(book, logins, asked, weathers, async (entries, known, question, stream) => {
      const caches = cachesOf(entries);
      const healthy = await decideWith(servicesOn(caches, known), 'pass')(question);
      const weather: Weather = () => stream.next().value as ReturnType<Weather>;
      const ill = servicesOn(
        {
          ...caches,
          addresses: stormy(caches.addresses, weather),
          senders: stormy(caches.senders, weather),
          domains: stormy(caches.domains, weather),
        },
        known,
      );
      const answer = await decideWith(ill, 'pass')(question);
      if (answer.kind === 'refuse') expect(healthy.kind).toBe('refuse');
    }),
    { numRuns: 2000 },
  );
});
