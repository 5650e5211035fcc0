/** The state machine of greylisting, against a model that remembers everything that ever happened. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Deed,
  deedsOf,
  type GreylistTerms,
  greylist,
  type Outcome,
  passesAnyway,
  type Seen,
} from '../../../../src/policy/greylist/state.ts';

const terms: GreylistTerms = { delay: 10, retryWindow: 40, keepFor: 100, knownAfter: 3 };

/** What the database does with deeds (migration 061). */
function createStore() {
  const rows = new Map<string, Seen>();
  return {
    read: (key: string, now: number) => {
      const row = rows.get(key);
      return row && row.endsAt > now ? row : undefined;
    },
    write(key: string, { passes, keepFor }: Deed, now: number) {
      const row = rows.get(key);
      const live = row && row.endsAt > now ? row : undefined;
      rows.set(key, {
        firstSeenAt: live?.firstSeenAt ?? now,
        passes: (live?.passes ?? 0) + passes,
        endsAt: Math.max(live?.endsAt ?? 0, now + keepFor),
      });
    },
  };
}

interface Step {
  readonly after: number;
  readonly recipient: string;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ after: fc.nat(30), recipient: fc.constantFrom('a', 'b', 'c', 'd') }),
  { maxLength: 60 },
);

/** One client and sender; each recipient is a triplet of its own. */
function play(all: readonly Step[], under = terms): { at: number; step: Step; outcome: Outcome }[] {
  const store = createStore();
  let at = 0;
  return all.map((step) => {
    at += step.after;
    const keys = { triplet: step.recipient, client: 'client' };
    const remembered = {
      triplet: store.read(keys.triplet, at),
      client: store.read(keys.client, at),
      correspondent: undefined,
    };
    const outcome = greylist(remembered, under, at);
    for (const deed of deedsOf(outcome, remembered, under, at)) store.write(keys[deed.kind], deed, at);
    return { at, step, outcome };
  });
}

test('who waits long enough passes: no triplet waits longer than the delay from its first time on', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const waitsSince = new Map<string, number>();
      for (const { at, step, outcome } of play(all)) {
        const since = waitsSince.get(step.recipient);
        const isForgotten = since !== undefined && at >= since + terms.retryWindow;
        if (outcome.kind === 'pass') waitsSince.delete(step.recipient);
        else if (since === undefined || isForgotten) waitsSince.set(step.recipient, at);
        else expect(at + outcome.left).toBe(since + terms.delay);
        if (outcome.kind === 'wait') expect(outcome.left).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('nobody passes who was not seen a delay before, unless his network is known', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const played = play(all);
      played.forEach(({ at, step, outcome }, n) => {
        if (outcome.kind === 'wait') return;
        const before = played.slice(0, n);
        const waited = before.some(
          (one) => one.step.recipient === step.recipient && one.at <= at - terms.delay,
        );
        const passed = before.filter((one) => one.outcome.because === 'waited').length;
        expect(waited || passed >= terms.knownAfter).toBe(true);
      });
    }),
    { numRuns: 2000 },
  );
});

test('with 0 no network is ever known', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const outcomes = play(all, { ...terms, knownAfter: 0 });
      expect(outcomes.some(({ outcome }) => outcome.because === 'known')).toBe(false);
    }),
  );
});

const seen = (firstSeenAt: number, passes: number, endsAt = 1000): Seen => ({ firstSeenAt, passes, endsAt });
const nothing = { triplet: undefined, client: undefined, correspondent: undefined };

test.each([
  ['a stranger', nothing, { kind: 'wait', because: 'new', left: 10 }],
  ['too soon', { ...nothing, triplet: seen(95, 0) }, { kind: 'wait', because: 'too soon', left: 5 }],
  ['in time', { ...nothing, triplet: seen(90, 0) }, { kind: 'pass', because: 'waited' }],
  ['again', { ...nothing, triplet: seen(99, 1) }, { kind: 'pass', because: 'came again' }],
  ['a network that is nearly known', { ...nothing, client: seen(0, 2) }, { kind: 'wait', because: 'new' }],
  ['a known network', { ...nothing, client: seen(0, 3) }, { kind: 'pass', because: 'known' }],
  ['a correspondent', { ...nothing, correspondent: seen(0, 0) }, { kind: 'pass', because: 'correspondent' }],
])('%s', (_what, remembered, outcome) => {
  expect(greylist(remembered, terms, 100)).toMatchObject(outcome);
});

test('who is known is renewed, but not with each mail', () => {
  const known = (endsAt: number) => ({ ...nothing, client: seen(0, 3, endsAt) });
  const outcome = greylist(known(200), terms, 100);
  expect(deedsOf(outcome, known(200), terms, 100)).toEqual([]);
  expect(deedsOf(outcome, known(189), terms, 100)).toEqual([{ kind: 'client', passes: 0, keepFor: 100 }]);
});

test('who passes anyway passes with whatever else is remembered, and nothing is to be written', () => {
  const entry = fc.record({
    firstSeenAt: fc.nat(100),
    passes: fc.nat(5),
    endsAt: fc.integer({ min: 101, max: 300 }),
  });
  const maybe = fc.option(entry, { nil: undefined });
  fc.assert(
    fc.property(fc.record({ triplet: maybe, client: entry, correspondent: maybe }), (remembered) => {
      fc.pre(passesAnyway(remembered.client, terms, 100));
      const outcome = greylist(remembered, terms, 100);
      expect(outcome.kind).toBe('pass');
      expect(deedsOf(outcome, remembered, terms, 100)).toEqual([]);
    }),
  );
  expect(passesAnyway(seen(0, 3, 190), terms, 100)).toBe(true);
  expect(passesAnyway(seen(0, 3, 189), terms, 100)).toBe(false);
  expect(passesAnyway(seen(0, 2, 190), terms, 100)).toBe(false);
  expect(passesAnyway(seen(0, 3, 190), { ...terms, knownAfter: 0 }, 100)).toBe(false);
});
