/** Mail goes on while things fail, one after another and in any order: no permanent refusal that the healthy system
 * would not have given to that mail at that moment. What is last known may be out of date.
 *
 * Accounts, groups, lists, quotas, limits and greylisting are filled. What is let through is counted in a book that no
 * failure touches, by which the healthy system is asked. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoginFacts } from '../../../src/auth/facts.ts';
import { later } from '../../../src/base/answer.ts';
import { hours, minutes } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createTally } from '../../../src/base/tally.ts';
import type { Fact, FactCache } from '../../../src/database/facts.ts';
import { createBook } from '../../../src/lookup/book.ts';
import type { AccessFacts } from '../../../src/policy/access/facts.ts';
import { createDecide, traceRules } from '../../../src/policy/decide.ts';
import type { Seen } from '../../../src/policy/greylist/state.ts';
import type { Counts, Order, Owner } from '../../../src/policy/limits/charge.ts';
import { createCharging } from '../../../src/policy/limits/charging.ts';
import type { LimitFacts } from '../../../src/policy/limits/limit.ts';
import { createMemoryCounts, type OwnCounts } from '../../../src/policy/limits/memory-counts.ts';
import type { SharedCounts } from '../../../src/policy/limits/redis-counts.ts';
import { createSharedCounts } from '../../../src/policy/limits/shared-counts.ts';
import { createMayUseMail } from '../../../src/policy/logins.ts';
import { isEnforced, type Ordered } from '../../../src/policy/order.ts';
import type { PolicyRequest } from '../../../src/policy/request.ts';
import { policyRules } from '../../../src/policy/rules/index.ts';
import { rateLimits } from '../../../src/policy/rules/rate-limits.ts';
import type { PolicyServices } from '../../../src/policy/services.ts';
import type { QuotaFacts } from '../../../src/quota/facts.ts';
import { cachesOf, domain, type Entries, memoryCache } from '../../support/address-book.ts';
import { login, request, servicesOf } from './requests.ts';

const NAMES = ['ann@x.test', 'bob@x.test', 'all@x.test', 'out@y.net'];
const ASKED = [...NAMES, 'ann+t@x.test', 'all@old.test', 'gone@x.test'];
const CLIENTS = ['192.0.2.1', '198.51.100.7'];
const name = fc.constantFrom(...NAMES);

const entries: fc.Arbitrary<Entries> = fc.record({
  domains: fc.constant({ 'x.test': {}, 'old.test': { type: 'alias' as const, target: domain('x.test') } }),
  mailboxes: fc.dictionary(fc.constantFrom('ann@x.test', 'bob@x.test'), fc.record({ usable: fc.boolean() })),
  aliases: fc.dictionary(
    fc.constantFrom('all@x.test', 'ann@x.test', '@x.test'),
    fc.array(name, { minLength: 1, maxLength: 3 }),
  ),
  allowedSenders: fc.dictionary(
    fc.constantFrom('all@x.test', 'ann@x.test', '@x.test'),
    fc.constantFrom('public', 'domain', 'members'),
  ),
  senders: fc.dictionary(
    fc.constantFrom(...NAMES, '@x.test'),
    fc.array(name, { minLength: 1, maxLength: 2 }),
  ),
  entries: fc.record({
    recipient_canonical_maps: fc.dictionary(fc.constantFrom('gone@x.test'), name),
    relocated_maps: fc.dictionary(fc.constantFrom('gone@x.test'), name),
  }),
});

const loginFacts = fc
  .dictionary(name, fc.boolean())
  .map((known) => factsBy(known, (username, usable): LoginFacts => ({ username, userId: '1', usable })));

const accessFacts: fc.Arbitrary<AccessFacts> = fc.array(
  fc.record({
    owner: fc.constantFrom('', '@x.test', 'ann@x.test', 'bob@x.test'),
    verdict: fc.constantFrom('allow' as const, 'block' as const),
    bits: fc.constantFrom(0, 24, 32),
  }),
  { minLength: 1, maxLength: 2 },
);
const access = fc
  .dictionary(
    fc.constantFrom(
      ...['sender', 'recipient'].flatMap((side) => [...NAMES, '@y.net'].map((who) => `${side} ${who}`)),
    ),
    accessFacts,
  )
  .map((known) => new Map(Object.entries(known)));
const clientAccess = fc
  .dictionary(fc.constantFrom(...CLIENTS), accessFacts)
  .map((known) => new Map(Object.entries(known)));

const measure = fc.record({ limit: fc.constantFrom(null, 0, 100), usage: fc.constantFrom(0, 99, 100) });
const quotas = fc
  .dictionary(
    fc.constantFrom('ann@x.test', 'bob@x.test'),
    fc.record({
      storage: measure,
      messages: measure,
      domain: fc.record({ name: fc.constantFrom('x.test', 'y.net'), limit: fc.constantFrom(null, 0, 100) }),
      fullFor: fc.constantFrom(undefined, minutes(1)),
    }),
  )
  .map((known) => factsBy(known, (who, full): QuotaFacts => ({ login: who, ...full })));

const totals = fc
  .record({ 'x.test': fc.constantFrom(0, 99, 100), 'y.net': fc.constantFrom(0, 99, 100) })
  .map((known) => new Map(Object.entries(known)));

const limit = fc.record({
  by: fc.constantFrom('user' as const, 'domain' as const, 'network' as const),
  counter: fc.constantFrom(
    'messages' as const,
    'recipients' as const,
    'bytes' as const,
    'new_recipients' as const,
  ),
  window: fc.constantFrom(minutes(1), hours(1)),
  max: fc.nat(3),
  isPermanent: fc.constant(true),
  suspends: fc.constant(false),
});
const limits = fc
  .dictionary(fc.constantFrom(...NAMES, ''), fc.array(limit, { minLength: 1, maxLength: 3 }))
  .map((known) =>
    factsBy(known, (who, own): LimitFacts => ({ login: who, domain: who && 'x.test', limits: own })),
  );

const question = fc.record({
  state: fc.constantFrom('RCPT' as const, 'RCPT' as const, 'END-OF-MESSAGE' as const),
  sender: fc.constantFrom(...NAMES, ''),
  recipient: fc.constantFrom(...ASKED),
  who: fc.constantFrom(...NAMES, '', ''),
  client: fc.constantFrom(...CLIENTS),
  size: fc.constantFrom(0, 1, 200),
  message: fc.nat(3),
});
type Step =
  | { readonly kind: 'mail'; readonly request: PolicyRequest }
  | { readonly kind: 'restart' | 'redis away' | 'redis back' | 'redis empty' }
  | { readonly kind: 'time'; readonly passes: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: question.map(({ who, client, message, ...rest }): Step => {
      const peer = { address: client, name: 'unknown', reverseName: 'unknown' };
      const instance = `${message} ${who} ${rest.sender} ${client}`;
      return { kind: 'mail', request: request({ ...rest, ...login(who), client: peer, instance }) };
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('restart', 'redis away', 'redis back', 'redis empty')
      .map((kind): Step => ({ kind })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1000, minutes(2), minutes(30))
      .map((passes): Step => ({ kind: 'time', passes })),
  },
);

const order: fc.Arbitrary<readonly Ordered[]> = fc
  .tuple(
    fc.shuffledSubarray([...policyRules], { minLength: policyRules.length }),
    fc.array(fc.tuple(fc.constantFrom('enforce', 'enforce', 'shadow'), fc.constantFrom('defer', 'pass')), {
      minLength: policyRules.length,
      maxLength: policyRules.length,
    }),
  )
  .map(([rules, how]) =>
    rules.map((rule, at) => {
      const [mode, whenUnknown] = how[at] as ['enforce' | 'shadow', 'defer' | 'pass'];
      return { rule, mode, whenUnknown };
    }),
  );

/** How each question to a cache ends: from memory, by a query, by what is last known, not at all. */
const weathers = fc.infiniteStream(fc.constantFrom('memory', 'memory', 'query', 'last-known', 'away'));
type Weather = () => 'memory' | 'query' | 'last-known' | 'away';

const factsBy = <T, V>(known: Record<string, T>, make: (key: string, value: T) => V): Map<string, V> =>
  new Map(Object.entries(known).map(([key, value]) => [key, make(key, value)]));

/** What is last known is what was so before. */
function stormy<V>({ peek }: FactCache<V>, before: FactCache<V>, weather: Weather): FactCache<V> {
  const loaded = (one: string, how: ReturnType<Weather>): Fact<V> => {
    const fact = how === 'last-known' ? before.peek(one) : peek(one);
    if (!fact || how === 'away') return later('away');
    if (how !== 'last-known') return fact;
    return fact.value === undefined ? later('away') : { ...fact, lastKnown: true };
  };
  return {
    peek: (one) => (weather() === 'memory' ? peek(one) : undefined),
    load: async (keys) => new Map(keys.map((one) => [one, loaded(one, weather())])),
  };
}

interface World {
  readonly book: Entries;
  readonly logins: ReadonlyMap<string, LoginFacts>;
  readonly access: ReadonlyMap<string, AccessFacts>;
  readonly clientAccess: ReadonlyMap<string, AccessFacts>;
  readonly quotas: ReadonlyMap<string, QuotaFacts>;
  readonly totals: ReadonlyMap<string, number>;
  readonly limits: ReadonlyMap<string, LimitFacts>;
  readonly some: 'pass' | 'wait' | 'refuse';
}
const world: fc.Arbitrary<World> = fc.record({
  ...{ book: entries, logins: loginFacts, access, clientAccess, quotas, totals, limits },
  some: fc.constantFrom('pass', 'wait', 'refuse'),
});

const factsIn = ({ book, logins, access, clientAccess, quotas, totals: sums, limits: allowed }: World) => ({
  ...cachesOf(book),
  logins: memoryCache(logins),
  access: memoryCache(access),
  clientAccess: memoryCache(clientAccess),
  quotas: memoryCache(quotas),
  totals: memoryCache(sums),
  limits: memoryCache(allowed),
});
type Facts = ReturnType<typeof factsIn>;

const factsInStorm = (now: World, before: World, weather: Weather): Facts => {
  const [healthy, past] = [factsIn(now), factsIn(before)];
  const storm = <K extends keyof Facts>(kind: K) =>
    [kind, stormy<unknown>(healthy[kind], past[kind], weather)] as const;
  const kinds = Object.keys(healthy) as (keyof Facts)[];
  return Object.fromEntries(kinds.map(storm)) as unknown as Facts;
};

/** The services on these facts. */
function servicesIn(
  { logins, quotas, totals: sums, limits: allowed, ...caches }: Facts,
  { some }: Pick<World, 'some'>,
  rules: readonly Ordered[],
  { counts, seen, now }: { counts: Pick<Counts, 'charge'>; seen: FactCache<Seen>; now: () => number },
): PolicyServices {
  const { answer } = createBook(caches);
  const base = servicesOf();
  return {
    ...base,
    answer,
    logins,
    mayUseMail: createMayUseMail(logins),
    quotas,
    totals: sums,
    fullMailboxes: { grace: minutes(2), some },
    groups: { trusted: ['198.51.100.0/24'] },
    greylist: { ...base.greylist, seen, now },
    charge: createCharging({
      ...{ limits: allowed, count: counts.charge, sentBy: () => undefined },
      isEnforced: () => isEnforced(rules, rateLimits),
    }),
  };
}

/** More than the script in Redis gives: limits are small here. */
function roomIn(counts: OwnCounts, { home, owners, news, charges }: Order): number[] {
  const kinds = news.length + 1;
  const room = new Array<number>(owners.length * kinds).fill(1_000_000);
  for (const { owner, ifNew = -1, meter, window, max } of charges) {
    const [use] = counts.uses(home, [{ owner: owners[owner] as Owner, meter, window, max }]);
    const place = owner * kinds + ifNew + 1;
    room[place] = Math.min(room[place] as number, Math.floor(max / 2 - (use?.used ?? 0)));
  }
  return room;
}

/** Counters in Redis, in this process while it is away, and in the book of what was let through. */
function createCounters(now: () => number) {
  const clock = { now, date: () => new Date(now()) };
  const honest = createMemoryCounts({ now });
  let isUp = true;
  let redis = createMemoryCounts({ now });
  const ask = (how: 'charge' | 'look') => async (asked: Order) => {
    if (!isUp) throw new Error('away');
    return redis[how](asked);
  };
  const told = (how: 'charge' | 'look') => async (asked: Order) => {
    const outcome = await ask(how)(asked);
    return { ...outcome, room: outcome.kind === 'within' ? roomIn(redis, asked) : [] };
  };
  const shared: SharedCounts = {
    ...{ charge: told('charge'), look: told('look'), uses: async () => [], isUp: () => true },
    groupOf: () => '',
    count: (passed) => Promise.all(passed.map(({ order }) => told('charge')(order))),
  };
  const start = () => createSharedCounts({ shared, own: createMemoryCounts({ now }), clock, log: silent });
  let running = start();
  return {
    ill: {
      charge: async (asked: Order) => {
        const honestly = honest.look(asked);
        const outcome = await running.charge(asked);
        if (outcome.kind === 'within')
          honest.note(asked, honestly.kind === 'within' ? honestly.due : outcome.due);
        return outcome;
      },
    },
    healthy: {
      /** Of several limits those that refuse for good, whichever comes first. */
      charge(asked: Order) {
        for (const [index, charge] of asked.charges.entries()) {
          const alone = honest.look({ ...asked, charges: [charge] });
          if (alone.kind === 'over' && charge.ifNew === undefined) return { ...alone, index };
        }
        return honest.look(asked);
      },
    },
    happens(kind: Exclude<Step['kind'], 'mail' | 'time'>) {
      if (kind === 'restart') running = start();
      else if (kind === 'redis empty') redis = createMemoryCounts({ now });
      else isUp = kind === 'redis back';
    },
  };
}

/** Each step, and after each mail a comparison with what the healthy system says of it at that moment. */
async function play(
  { world: facts, before }: { readonly world: World; readonly before: World },
  rules: readonly Ordered[],
  steps: readonly Step[],
  weather: Weather,
): Promise<void> {
  let now = 1_000_000;
  const seen = new Map<string, Seen>();
  const counters = createCounters(() => now);
  const known = memoryCache(seen);
  const healthy = servicesIn(factsIn(facts), facts, rules, {
    ...{ seen: known, now: () => now },
    counts: counters.healthy,
  });
  const ill = servicesIn(factsInStorm(facts, before, weather), facts, rules, {
    ...{ seen: stormy(known, known, weather), now: () => now },
    counts: counters.ill,
  });
  const greylist: PolicyServices['greylist'] = {
    ...ill.greylist,
    trouble: () => (weather() === 'away' ? 'away' : undefined),
    record: ({ key }, passes, keepFor) =>
      void seen.set(key, { firstSeenAt: now, passes, endsAt: now + keepFor }),
  };
  const parts = { order: rules, log: silent, sparing: silent, tally: createTally() };
  const { decide } = createDecide({ ...parts, services: { ...ill, greylist } });
  const messages = new Map<string, Set<string>>();
  for (const step of steps) {
    if (step.kind === 'time') now += step.passes;
    else if (step.kind !== 'mail') counters.happens(step.kind);
    else {
      const { instance } = step.request;
      const recipients = messages.get(instance) ?? new Set();
      messages.set(instance, recipients);
      if (recipients.has(step.request.recipient)) continue;
      const asked = { ...step.request, instance, queueId: recipients.size > 0 ? '4ABC' : '' };
      const { steps: said } = await traceRules(asked, rules, healthy);
      const answer = await decide(asked);
      if (answer.kind === 'pass') recipients.add(asked.recipient);
      const codes = said.flatMap(({ mode, judgement }) =>
        mode === 'enforce' && judgement.kind === 'refuse' ? [judgement.reply.code] : [],
      );
      if (answer.kind === 'refuse') expect(codes).toContain(answer.reply.code);
    }
  }
}

test('no refusal for good that no healthy rule gives', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ world, before: world }),
      order,
      fc.array(step, { maxLength: 12 }),
      weathers,
      (worlds, rules, steps, stream) => play(worlds, rules, steps, () => stream.next().value),
    ),
    { numRuns: 2000 },
  );
});

test('nor where limits alone are at work', { timeout: 240_000 }, async () => {
  const rules = policyRules
    .filter(({ name: rule }) => rule === 'rate-limits')
    .map((rule): Ordered => ({ rule, mode: 'enforce', whenUnknown: 'defer' }));
  const mail = fc.record({ to: fc.constantFrom('1@y.net', '2@y.net', '3@y.net'), message: fc.nat(9) }).map(
    ({ to, message }): Step => ({
      kind: 'mail',
      request: request({
        ...login('ann@x.test'),
        sender: 'ann@x.test',
        recipient: to,
        instance: `${message}`,
      }),
    }),
  );
  const facts = fc.record({
    ...{ book: fc.constant({}), logins: fc.constant(new Map()), access: fc.constant(new Map()) },
    ...{
      clientAccess: fc.constant(new Map()),
      quotas: fc.constant(new Map()),
      totals: fc.constant(new Map()),
      some: fc.constant('pass' as const),
    },
    limits: fc
      .array(limit, { minLength: 1, maxLength: 3 })
      .map(
        (own): World['limits'] =>
          new Map([['ann@x.test', { login: 'ann@x.test', domain: 'x.test', limits: own }]]),
      ),
  });
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: mail },
      { weight: 2, arbitrary: step.filter(({ kind }) => kind !== 'mail') },
    ),
    {
      maxLength: 16,
    },
  );
  await fc.assert(
    fc.asyncProperty(facts, steps, (one, all) =>
      play({ world: one, before: one }, rules, all, () => 'memory'),
    ),
    { numRuns: 10_000 },
  );
});
