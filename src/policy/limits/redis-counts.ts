/** redis-counts — the counters that several daemons share: one round trip a decision.
 *
 * All keys of a request have the same hash tag, its home, so a cluster has them in one place and the
 * script may use them together. A home is a domain: what a domain's users send is counted beside what
 * the domain does, and different domains are spread over the nodes.
 *
 * limits   Redis 6.2 or later
 * security recipients are hashes there; login names stand in clear */

import { createHash } from 'node:crypto';
import type { Redis } from '../../redis/redis.ts';
import { type Counts, type Exceeded, KEEP, type Order, type Outcome } from './charge.ts';
import { script } from './redis-script.ts';
import { sliceOf } from './window.ts';

const SHA = createHash('sha1').update(script).digest('hex');

export interface SharedCounts extends Counts {
  charge(order: Order): Promise<Outcome>;
  look(order: Order): Promise<Outcome>;
  isUp(): boolean;
}

export function createRedisCounts({ client, isUp }: Redis): SharedCounts {
  async function run(how: 'charge' | 'look', order: Order): Promise<Outcome> {
    const keys = keysOf(order);
    const words = [...keys, how, ...argumentsOf(order)];
    const answer = await client()
      .evalsha(SHA, keys.length, ...words)
      .catch((error: unknown) => {
        // It is new, or was restarted: it learns the script.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client().eval(script, keys.length, ...words);
      });
    return outcomeOf(answer, order);
  }
  return { isUp, charge: (order) => run('charge', order), look: (order) => run('look', order) };
}

function keysOf({ home, message, acquaintances, charges }: Order): string[] {
  const tag = `dovetail:rates:{${encodeURIComponent(home)}}`;
  return [
    // A key that nobody has: there is no message to remember.
    `${tag}:message:${message}`,
    ...acquaintances.map(({ who }) => `${tag}:known:${who}`),
    ...charges.map(({ key }) => `${tag}:${key}`),
  ];
}

const argumentsOf = ({ message, acquaintances, charges }: Order): (string | number)[] => [
  message === '' ? 0 : KEEP.message,
  KEEP.known,
  KEEP.marks,
  acquaintances.length,
  ...acquaintances.map(({ mark }) => mark),
  ...charges.flatMap(({ window, max, amount, once, ifNew, isSoft }) => [
    sliceOf(window),
    max,
    amount,
    once,
    ifNew === undefined ? 0 : ifNew + 1,
    isSoft ? 1 : 0,
  ]),
];

/** See the answer in redis-script.ts. */
function outcomeOf(answer: unknown, { acquaintances }: Order): Outcome {
  const [number, ...more] = (answer as readonly number[]).map(Number);
  if (number === undefined) throw new Error('Redis gave no answer');
  if (number !== 0) return { kind: 'over', index: number - 1, used: more[0] ?? 0, freesIn: more[1] ?? 0 };
  const exceeded: Exceeded[] = [];
  for (let n = acquaintances.length; n + 1 < more.length; n += 2) {
    exceeded.push({ index: (more[n] as number) - 1, used: more[n + 1] as number });
  }
  return { kind: 'within', isNew: acquaintances.map((_, n) => more[n] === 1), exceeded };
}
