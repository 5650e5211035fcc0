/** redis-counts — the counters that several daemons share: one round trip a decision.
 *
 * Questions that come together go together. All keys of a question have the same hash tag, its home, so a
 * cluster has them in one place and the script may use them together; there, only questions of one home share
 * a call. A home is a domain: what a domain's users send is counted beside what the domain does, and different
 * domains are spread over the nodes.
 *
 * limits   Redis 6.2 or later; no answer is waited for longer than `deadline` */

import type { Milliseconds } from '../../base/clock.ts';
import { within } from '../../base/deadline.ts';
import { createTogether } from '../../base/together.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Counted, Counts, Order, Outcome, Use } from './charge.ts';
import {
  accountKey,
  meterName,
  type Question,
  readAnswers,
  slicesIn,
  tagOf,
  writeBatch,
} from './redis-batch.ts';
import { decision, reading } from './redis-script.ts';
import { useOf, windowOf } from './window.ts';

export interface SharedCounts extends Counts {
  charge(order: Order): Promise<Outcome>;
  look(order: Order): Promise<Outcome>;
  uses(home: string, counters: readonly Counted[]): Promise<readonly Use[]>;
  isUp(): boolean;
}

export function createRedisCounts(
  redis: Redis,
  { deadline = 50 }: { readonly deadline?: Milliseconds } = {},
): SharedCounts {
  const { isUp, isCluster } = redis;
  const runDecision = redis.script(decision);
  const runReading = redis.script(reading);

  const ask = createTogether<Question, Outcome>({
    groupOf: ({ order }) => (isCluster ? order.home : ''),
    async call(questions) {
      const { keys, batch } = writeBatch(questions);
      return readAnswers((await within(runDecision(keys, [batch]), deadline)) as string);
    },
  });

  return {
    isUp,
    charge: (order) => ask({ how: 'charge', order }),
    look: (order) => ask({ how: 'look', order }),
    async uses(home, counters) {
      const accounts = [...new Set(counters.map(({ owner }) => owner.account))];
      const keys = accounts.map((account) => accountKey(tagOf(home), account));
      const [now, ...all] = JSON.parse((await within(runReading(keys), deadline)) as string) as [
        number,
        ...(string | number)[][],
      ];
      return counters.map(({ owner, meter, window: length, max }) => {
        const account = all[accounts.indexOf(owner.account)] ?? [];
        const cells = windowOf(slicesIn(account, meterName(owner.name, meter)), length, now);
        return useOf(cells, 0, length, { at: now, max });
      });
    },
  };
}
