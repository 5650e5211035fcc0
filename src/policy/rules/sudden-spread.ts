/** sudden-spread — a password with which mail suddenly goes to many new people, or comes from many new
 * networks, is suspended; the user's others go on.
 *
 * Judges by the limits that suspend (docs/rate-limits.md), which stop nothing by themselves. Where the
 * password is not known for certain none is suspended: mail waits until the limit frees, and an event tells
 * of it. Who is logged in already stays so, since Postfix asks once: his mail waits as long as the password
 * is suspended. */

import { andThen } from '../../base/answer.ts';
import type { Charged } from '../limits/charging.ts';
import type { Counted } from '../limits/order.ts';
import type { Suspend } from '../limits/suspend.ts';
import { spanOf, wordsOf } from '../limits/words.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass } from '../verdict.ts';

export const suddenSpread: Rule = {
  name: 'sudden-spread',
  words: 'a password with which mail suddenly spreads is suspended, and that one alone',
  states: ['RCPT'],
  mode: 'shadow',
  whenUnknown: 'pass',
  judge(request, { charge, suspend }) {
    // A stranger has no password.
    if (request.sasl.username === '') return pass;
    return andThen(charge(request), (charged) => judgementOn(charged, request.client.address, suspend));
  },
};

function judgementOn(charged: Charged, client: string, suspend: Suspend): Judgement {
  if (charged.kind !== 'counted') return charged.kind === 'later' ? charged : pass;
  const { counted } = charged;
  if (counted.password?.isSuspended)
    return waits(counted, `${SUSPENDED}; your administrator can restore it`, {});
  const [exceeded] = charged.exceeded;
  if (!exceeded) return pass;
  const { counter, window, max } = exceeded.limit;
  const used = Math.round(exceeded.used);
  const why = `${used} ${wordsOf[counter]} in ${spanOf(window / 1000)}, of ${max}`;
  const because = { counter, used, limit: max, window: window / 1000 };
  const deed = () => suspend(counted, why, { ...because, client });
  const text = counted.password ? SUSPENDED : 'Mail of this user spreads suddenly';
  return { ...waits(counted, `${text}: ${why}`, because), deed };
}

const SUSPENDED = 'This password is suspended';

function waits({ whose }: Counted, text: string, because: object) {
  return {
    kind: 'wait',
    reply: { code: 450, status: '4.7.1', text },
    because: { ...because, by: 'credential', whose: whose.credential },
  } as const;
}
