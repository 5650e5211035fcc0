/** redis-counts — the counters that several daemons share: one round trip a decision.
 *
 * Questions that come together go together, since a call costs Redis and us more than a decision does. All
 * keys of a question have the same hash tag, its home, so a cluster has them in one place and the script may
 * use them together; there, only questions of one home share a call. A home is a domain: what a domain's
 * users send is counted beside what the domain does, and different domains are spread over the nodes.
 *
 * limits   Redis 6.2 or later; no answer is waited for longer than `deadline` */

import { hash } from 'node:crypto';
import type { Milliseconds } from '../../base/clock.ts';
import { within } from '../../base/deadline.ts';
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

const SHAS = { [decision]: hash('sha1', decision), [reading]: hash('sha1', reading) };
/** Redis is at work on one call while we prepare the next. */
const TOGETHER = 16;

export interface SharedCounts extends Counts {
  charge(order: Order): Promise<Outcome>;
  look(order: Order): Promise<Outcome>;
  uses(home: string, counters: readonly Counted[]): Promise<readonly Use[]>;
  isUp(): boolean;
}

interface Waiting extends Question {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export function createRedisCounts(
  { client, isUp, isCluster }: Redis,
  { deadline = 50 }: { readonly deadline?: Milliseconds } = {},
): SharedCounts {
  /** By home in a cluster. */
  const waiting = new Map<string, Waiting[]>();

  async function run(
    script: typeof decision | typeof reading,
    keys: readonly string[],
    words: readonly string[],
  ): Promise<string> {
    const call = client().evalsha(SHAS[script] as string, keys.length, ...keys, ...words);
    try {
      return (await within(call, deadline)) as string;
    } catch (error) {
      // It is new, or was restarted: it learns the script.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await within(client().eval(script, keys.length, ...keys, ...words), deadline)) as string;
    }
  }

  /** At the end of this turn at the latest, in which others may ask too. */
  function ask(question: Question): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const home = isCluster ? question.order.home : '';
      const others = waiting.get(home);
      if (!others) setImmediate(send, home);
      const all = others ?? [];
      all.push({ ...question, resolve, reject });
      waiting.set(home, all);
      if (all.length >= TOGETHER) {
        waiting.set(home, []);
        void decide(all);
      }
    });
  }

  function send(home: string): void {
    const all = waiting.get(home) ?? [];
    waiting.delete(home);
    if (all.length > 0) void decide(all);
  }

  async function decide(questions: readonly Waiting[]): Promise<void> {
    try {
      const { keys, batch } = writeBatch(questions);
      const outcomes = readAnswers(await run(decision, keys, [batch]));
      for (const [n, { resolve }] of questions.entries()) resolve(outcomes[n] as Outcome);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  return {
    isUp,
    charge: (order) => ask({ how: 'charge', order }),
    look: (order) => ask({ how: 'look', order }),
    async uses(home, counters) {
      const accounts = [...new Set(counters.map(({ owner }) => owner.account))];
      const keys = accounts.map((account) => accountKey(tagOf(home), account));
      const [now, ...all] = JSON.parse(await run(reading, keys, [])) as [number, ...(string | number)[][]];
      return counters.map(({ owner, meter, window: length, max }) => {
        const account = all[accounts.indexOf(owner.account)] ?? [];
        const cells = windowOf(slicesIn(account, meterName(owner.name, meter)), length, now);
        return useOf(cells, 0, length, { at: now, max });
      });
    },
  };
}
