/** rate-limits — nobody sends more within a minute, an hour, a day than he may.
 *
 * Counts who has logged in; strangers only where a limit by network is set (docs/rate-limits.md). Which
 * state counts what, and why: limits/order.ts. A limit that cannot be read lets the mail pass, where the
 * settings say nothing else: an outage of ours shall not stop it. Redis away is no such case: this
 * process counts alone then. */

import { andThen, unreachable } from '../../base/answer.ts';
import type { Charged } from '../limits/charging.ts';
import type { Limit } from '../limits/limit.ts';
import { spanOf, wordsOf } from '../limits/words.ts';
import type { PolicyRequest } from '../request.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass } from '../verdict.ts';

export const rateLimits: Rule = {
  name: 'rate-limits',
  words: 'who sends more than he may within a minute, an hour or a day is asked to wait',
  states: ['RCPT', 'END-OF-MESSAGE'],
  mode: 'enforce',
  whenUnknown: 'pass',
  judge: (request, { charge }) => andThen(charge(request), (charged) => judgementOf(charged, request)),
};

function judgementOf(charged: Charged, request: PolicyRequest): Judgement {
  switch (charged.kind) {
    case 'free':
      return pass;
    case 'counted':
      return judgementOn(charged, request);
    case 'later':
      return charged;
    default:
      return unreachable(charged);
  }
}

function judgementOn(charged: Charged & { kind: 'counted' }, request: PolicyRequest): Judgement {
  const { outcome, isLastKnown } = charged;
  const { limits, whose } = charged.counted;
  if (outcome.kind === 'within') return pass;
  const limit = limits[outcome.index] as Limit;
  const { by, counter, max, isPermanent } = limit;
  const [window, frees] = [Math.round(limit.window / 1000), Math.ceil(outcome.freesIn / 1000)];
  const used = Math.round(outcome.used);
  const because = { counter, by, whose: whose[by], used, limit: max, window, frees };
  const words = `Too many ${wordsOf[counter]}: ${used} of ${max} in ${spanOf(window)}`;
  if (isPermanent && !isLastKnown && !mayBeForgetful(counter, request))
    return { kind: 'refuse', because, reply: { code: 550, status: '5.7.1', text: words } };
  const text = `${words}; try again in ${spanOf(frees)}`;
  return { kind: 'wait', because, reply: { code: 450, status: '4.7.1', text } };
}

/** What only a lost memory may say refuses nobody for good: who is new, and that a message is one more of which a recipient was
 * taken already. */
const mayBeForgetful = (counter: Limit['counter'], { queueId }: PolicyRequest): boolean =>
  counter === 'new_recipients' || counter === 'new_networks' || (counter === 'messages' && queueId !== '');
