/** facts — what a cache answers about a key; the seam between services and the database. */

import type { Later } from '../base/answer.ts';
import type { Instant } from '../base/clock.ts';

export interface Known<V> {
  readonly kind: 'known';
  /** Undefined is a proven absence: an empty result of a fresh query. */
  readonly value: V | undefined;
  /** True when the database is away and this is the last thing it said; never of an absence. */
  readonly lastKnown: boolean;
  /** Until when it may be believed, if no change is announced before; undefined where nobody
   * would hear of one. `peek` always tells. */
  readonly trustedUntil?: Instant;
}

export type Fact<V> = Known<V> | Later;

/** A read-through cache of one kind of facts, see database/cache.ts. */
export interface FactCache<V> {
  /** At once, if a trusted fact is in memory; undefined means: `load` it. Never throws. */
  peek(key: string): Known<V> | undefined;
  /** One fact for each key, in one query with everybody else's misses of this tick.
   * Never rejects: what could not be found out is `later`. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Fact<V>>>;
}
