/** Two orders of rules, asked the same: where they differ, and that each keeps its own counters. */

import { expect, test } from 'vitest';
import { hours, minutes } from '../../../../src/base/clock.ts';
import type { LimitFacts } from '../../../../src/policy/limits/limit.ts';
import { orderRules, parseChoices, withChoices } from '../../../../src/policy/order.ts';
import { createDryServices } from '../../../../src/policy/replay/dry.ts';
import type { Recorded } from '../../../../src/policy/replay/recorded.ts';
import { createReplay, isDifferent } from '../../../../src/policy/replay/replay.ts';
import { addTo, createSummary } from '../../../../src/policy/replay/summary.ts';
import type { PolicyRequest } from '../../../../src/policy/request.ts';
import { policyRules } from '../../../../src/policy/rules/index.ts';
import type { PolicyServices } from '../../../../src/policy/services.ts';
import { awayCachesOf, cachesOf, memoryCache } from '../../../support/address-book.ts';
import { login, request, servicesOn } from '../requests.ts';

const names = policyRules.map(({ name }) => name);
const order = (text: string) => orderRules(policyRules, parseChoices(text, names) ?? []);

const book = { domains: { 'x.test': {} }, mailboxes: { 'ann@x.test': true as const } };
const LIMITS: LimitFacts = {
  login: 'ann@x.test',
  domain: 'x.test',
  limits: [
    { by: 'user', counter: 'recipients', window: minutes(10), max: 2, isPermanent: false, suspends: false },
  ],
};

/** Everything that would leave a trace fails the test. */
const services: PolicyServices = {
  ...servicesOn(cachesOf(book), { 'ann@x.test': true }),
  charge: () => expect.unreachable('a counter of the host was raised'),
  greylist: {
    ...servicesOn(cachesOf(book)).greylist,
    record: () => expect.unreachable('a stranger was remembered'),
  },
};

const dryOf = (real: PolicyServices) =>
  createDryServices(real, memoryCache(new Map([['ann@x.test', LIMITS]])));

const START = new Date('2026-11-29T08:00:00Z').getTime();
const record = (after: number, changes: Partial<PolicyRequest>): Recorded => ({
  at: START + after,
  request: request({ recipient: 'ann@x.test', instance: String(after), ...changes }),
  fate: undefined,
});

async function replay(recorded: readonly Recorded[], today: string, changed: string) {
  const parts = { today: order(today), changed: order(changed), dry: dryOf(services), now: START };
  const replayed = await createReplay(parts).run(recorded);
  return replayed.map((one) => ({
    today: one.today.judgement.kind,
    changed: one.changed.judgement.kind,
    rule: one.changed.rule,
    isDifferent: isDifferent(one),
  }));
}

test('rate limits count by the time of the record, and only what their own rules let through', async () => {
  const to = (n: number) => ({ ...login('ann@x.test'), sender: 'ann@x.test', recipient: `${n}@y.test` });
  const recorded = [0, 1, 2].map((n) => record(minutes(n), to(n)));
  const later = record(minutes(30), to(3));
  expect(await replay([...recorded, later], 'rate-limits=shadow', 'rate-limits=enforce')).toEqual([
    { today: 'pass', changed: 'pass', rule: undefined, isDifferent: false },
    { today: 'pass', changed: 'pass', rule: undefined, isDifferent: false },
    { today: 'pass', changed: 'wait', rule: 'rate-limits', isDifferent: true },
    { today: 'pass', changed: 'pass', rule: undefined, isDifferent: false },
  ]);
});

test('greylisting remembers who came again, by the time of the record', async () => {
  const recorded = [0, minutes(1), minutes(6), hours(100)].map((after) => record(after, {}));
  const outcome = await replay(recorded, 'greylisting=off', 'greylisting=enforce');
  expect(outcome.map(({ changed }) => changed)).toEqual(['wait', 'wait', 'pass', 'pass']);
});

test('no clock runs backwards, though messages are told of late', async () => {
  const to = (n: number) => ({ ...login('ann@x.test'), sender: 'ann@x.test', recipient: `${n}@y.test` });
  const recorded = [minutes(20), 0, minutes(1)].map((after, n) => record(after, to(n)));
  const outcome = await replay(recorded, 'rate-limits=off', 'rate-limits=enforce');
  expect(outcome.map(({ changed }) => changed)).toEqual(['pass', 'pass', 'wait']);
});

test('a rule that refuses elsewhere is no difference, another reply is', async () => {
  const recorded = [record(0, { recipient: 'nobody@x.test' })];
  const [same] = await replay(recorded, 'recipient-status', 'recipient-status, rate-limits=enforce');
  expect(same).toMatchObject({ today: 'refuse', changed: 'refuse', isDifferent: false });
  const [other] = await replay(recorded, 'recipient-status=shadow', 'recipient-status');
  expect(other).toMatchObject({ today: 'pass', changed: 'refuse', isDifferent: true });
});

test('what could not be found out is told, also where the rule lets it pass', async () => {
  const away = { ...services, answer: servicesOn(awayCachesOf(book)).answer };
  const parts = {
    today: order('recipient-status'),
    changed: order('recipient-status/pass'),
    dry: dryOf(away),
    now: START,
  };
  const [replayed] = await createReplay(parts).run([record(0, { recipient: 'nobody@x.test' })]);
  if (!replayed) throw new Error('nothing was replayed');
  expect(replayed).toMatchObject({
    today: { judgement: { kind: 'later' } },
    changed: { judgement: { kind: 'pass' } },
  });
  const summary = createSummary();
  addTo(summary, replayed);
  expect(summary).toMatchObject({
    ...{ requests: 1, changed: 1, unknown: 1, why: replayed.today.unknown },
    answers: { today: { later: 1 }, changed: { pass: 1 } },
    changes: [{ from: 'later', to: 'pass', rule: 'recipient-status', count: 1 }],
  });
});

test('chosen rules take their place in the order of today', () => {
  const today = order('rate-limits=shadow, recipient-status/pass');
  const changed = withChoices(today, parseChoices('rate-limits=enforce, greylisting=enforce', names) ?? []);
  const on = changed.filter(({ mode }) => mode !== 'off');
  expect(on.map(({ rule, mode, whenUnknown }) => `${rule.name}=${mode}/${whenUnknown}`)).toEqual([
    'rate-limits=enforce/pass',
    'recipient-status=enforce/pass',
    'greylisting=enforce/pass',
  ]);
});
