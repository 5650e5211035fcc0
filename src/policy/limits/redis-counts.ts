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
import {
  type Counted,
  type Counts,
  type Exceeded,
  KEEP,
  type Order,
  type Outcome,
  type Use,
} from './charge.ts';
import { decision, reading } from './redis-script.ts';
import { sliceOf, useOf, windowOf } from './window.ts';

const shaOf = (script: string): string => createHash('sha1').update(script).digest('hex');
const SHAS = { [decision]: shaOf(decision), [reading]: shaOf(reading) };

export interface SharedCounts extends Counts {
  charge(order: Order): Promise<Outcome>;
  look(order: Order): Promise<Outcome>;
  uses(home: string, counters: readonly Counted[]): Promise<readonly Use[]>;
  isUp(): boolean;
}

export function createRedisCounts({ client, isUp }: Redis): SharedCounts {
  async function run(
    script: typeof decision | typeof reading,
    keys: readonly string[],
    words: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await client().evalsha(SHAS[script] as string, keys.length, ...keys, ...words);
    } catch (error) {
      // It is new, or was restarted: it learns the script.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client().eval(script, keys.length, ...keys, ...words);
    }
  }
  const decide = async (how: 'charge' | 'look', order: Order): Promise<Outcome> =>
    outcomeOf(await run(decision, keysOf(order), [how, ...argumentsOf(order)]), order);

  return {
    isUp,
    charge: (order) => decide('charge', order),
    look: (order) => decide('look', order),
    async uses(home, counters) {
      const keys = counters.map(({ key }) => `${tagOf(home)}:${key}`);
      const [now, ...all] = (await run(reading, keys, [])) as [number, ...string[][]];
      return counters.map(({ window: length, max }, n) => {
        const window = windowOf(slicesOf(all[n] ?? []), length, now);
        return useOf(window, length, { at: now, max });
      });
    },
  };
}

const tagOf = (home: string): string => `dovetail:rates:{${encodeURIComponent(home)}}`;

function slicesOf(flat: readonly string[]): Map<number, number> {
  const slices = new Map<number, number>();
  for (let n = 0; n + 1 < flat.length; n += 2) slices.set(Number(flat[n]), Number(flat[n + 1]));
  return slices;
}

function keysOf({ home, message, acquaintances, charges }: Order): string[] {
  const tag = tagOf(home);
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
