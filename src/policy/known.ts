/** known — the facts of several keys at once: without a promise, if all are in memory. */

import { type Later, later, type Soon } from '../base/answer.ts';
import type { FactCache } from '../database/facts.ts';

export interface KnownFacts<V> {
  readonly kind: 'known';
  /** In the order of the keys; undefined is a proven absence. */
  readonly values: readonly (V | undefined)[];
  /** Whether one of them is only what the database said last. */
  readonly lastKnown: boolean;
}

export function factsOf<V>(cache: FactCache<V>, keys: readonly string[]): Soon<KnownFacts<V> | Later> {
  const values: (V | undefined)[] = [];
  for (const key of keys) {
    const fact = cache.peek(key);
    if (!fact) return load(cache, keys);
    values.push(fact.value);
  }
  return { kind: 'known', values, lastKnown: false };
}

async function load<V>(cache: FactCache<V>, keys: readonly string[]): Promise<KnownFacts<V> | Later> {
  const loaded = await cache.load(keys);
  const values: (V | undefined)[] = [];
  let lastKnown = false;
  for (const key of keys) {
    const fact = loaded.get(key);
    if (fact?.kind !== 'known') return fact ?? later('no fact was loaded');
    values.push(fact.value);
    lastKnown ||= fact.lastKnown;
  }
  return { kind: 'known', values, lastKnown };
}
