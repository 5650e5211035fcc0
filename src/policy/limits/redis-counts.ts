/** redis-counts — the counters that several daemons share: one round trip a decision, or a call
 * for many that were let through.
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
import type { Counted, Counts, Order, Use } from './charge.ts';
import type { Told } from './headroom.ts';
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
  charge(order: Order, mayBeNew?: readonly boolean[]): Promise<Told>;
  look(order: Order): Promise<Told>;
  /** Counts what was let through, whether or not it fits; all of one group. */
  count(passed: readonly Passed[]): Promise<readonly Told[]>;
  /** Orders of one group can share a call. */
  groupOf(order: Order): string;
  uses(home: string, counters: readonly Counted[]): Promise<readonly Use[]>;
  isUp(): boolean;
}

export type Passed = Required<Pick<Question, 'order' | 'mayBeNew'>>;

export function createRedisCounts(
  redis: Redis,
  { deadline = 50 }: { readonly deadline?: Milliseconds } = {},
): SharedCounts {
  const { isUp, isCluster } = redis;
  const runDecision = redis.script(decision);
  const runReading = redis.script(reading);

  const groupOf = ({ home }: Order): string => (isCluster ? home : '');

  async function call(questions: readonly Question[]): Promise<readonly Told[]> {
    const { keys, batch } = writeBatch(questions);
    return readAnswers((await within(runDecision(keys, [batch]), deadline)) as string);
  }

  const ask = createTogether<Question, Told>({ groupOf: ({ order }) => groupOf(order), call });

  return {
    isUp,
    groupOf,
    count: (passed) => call(passed.map(({ order, mayBeNew }) => ({ how: 'count', order, mayBeNew }))),
    charge: (order, mayBeNew = []) => ask({ how: 'charge', order, mayBeNew }),
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
