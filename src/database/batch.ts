/** batch — brings the keys of many askers together into few queries.
 *
 * All keys asked for in one turn of the event loop share a query; a key that is under way is not
 * asked for twice. While `maxFlights` queries are under way the next ones grow instead, so the
 * busier it gets the cheaper a key is.
 *
 * After a failure everything is refused for a moment, then one query probes: an outage must not
 * cost every asker the whole deadline.
 *
 * limits   `maxKeys` keys a query, `maxWaiting` keys in all */

import type { Clock, Instant, Milliseconds } from '../base/clock.ts';
import { reasonOf } from '../base/text.ts';

export interface BatcherOptions<T> {
  /** Rejects when the database did not answer. */
  readonly fetch: (keys: readonly string[]) => Promise<T>;
  readonly clock: Clock;
  readonly maxKeys?: number;
  readonly maxFlights?: number;
  readonly maxWaiting?: number;
  readonly pauseAfterFailure?: Milliseconds;
  /** Told once when an outage begins, and once when it is over (`why` is undefined). */
  readonly onOutage?: (why: string | undefined) => void;
}

export type Landing<T> =
  | { readonly kind: 'landed'; readonly result: T }
  | { readonly kind: 'failed'; readonly why: string };

export interface Batcher<T> {
  /** The query that will answer `key`, with others; or at once why none is asked. */
  ask(key: string): Promise<Landing<T>> | Landing<T>;
  /** Who asks for these keys from now on gets a query that has not begun yet. */
  detach(keys: readonly string[]): void;
  detachAll(): void;
}

interface Batch<T> {
  readonly keys: string[];
  readonly landing: Promise<Landing<T>>;
  readonly land: (landing: Landing<T>) => void;
  begun: boolean;
}

export function createBatcher<T>({
  fetch,
  clock,
  maxKeys = 500,
  maxFlights = 2,
  maxWaiting = 20_000,
  pauseAfterFailure = 200,
  onOutage = () => undefined,
}: BatcherOptions<T>): Batcher<T> {
  const underWay = new Map<string, Batch<T>>();
  const queue: Batch<T>[] = [];
  let flights = 0;
  let scheduled = false;
  let outage: { why: string; until: Instant; probe: Batch<T> | undefined } | undefined;

  function ask(key: string): Promise<Landing<T>> | Landing<T> {
    const known = underWay.get(key);
    if (known) return known.landing;
    if (underWay.size >= maxWaiting) return { kind: 'failed', why: 'overloaded: too many keys wait' };
    if (outage && !mayProbe(outage)) return { kind: 'failed', why: outage.why };
    const batch = openBatch();
    batch.keys.push(key);
    underWay.set(key, batch);
    if (outage) outage.probe = batch;
    schedule();
    return batch.landing;
  }

  const mayProbe = ({ until, probe }: NonNullable<typeof outage>): boolean =>
    probe ? !probe.begun : clock.now() >= until;

  /** The last batch of the queue, while it has room. */
  function openBatch(): Batch<T> {
    const last = queue.at(-1);
    if (last && last.keys.length < maxKeys) return last;
    const batch = newBatch<T>();
    queue.push(batch);
    return batch;
  }

  /** After the sockets of this turn were read: they are where the askers come from. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(takeOff);
  }

  function takeOff(): void {
    scheduled = false;
    while (flights < maxFlights) {
      const batch = queue.shift();
      if (!batch) return;
      flights += 1;
      void fly(batch);
    }
  }

  async function fly(batch: Batch<T>): Promise<void> {
    batch.begun = true;
    const landing = await landingOf(batch.keys);
    flights -= 1;
    release(batch);
    if (landing.kind === 'failed') fail(landing.why);
    else recover();
    batch.land(landing);
    if (queue.length > 0) schedule();
  }

  async function landingOf(keys: readonly string[]): Promise<Landing<T>> {
    try {
      return { kind: 'landed', result: await fetch(keys) };
    } catch (error) {
      return { kind: 'failed', why: reasonOf(error) };
    }
  }

  /** What has not begun yet fails with it. */
  function fail(why: string): void {
    if (!outage) onOutage(why);
    outage = { why, until: clock.now() + pauseAfterFailure, probe: undefined };
    for (const batch of queue.splice(0)) {
      release(batch);
      batch.land({ kind: 'failed', why });
    }
  }

  function recover(): void {
    if (outage) onOutage(undefined);
    outage = undefined;
  }

  function release(batch: Batch<T>): void {
    for (const key of batch.keys) if (underWay.get(key) === batch) underWay.delete(key);
  }

  function detach(keys: readonly string[]): void {
    for (const key of keys) if (underWay.get(key)?.begun) underWay.delete(key);
  }

  function detachAll(): void {
    for (const [key, batch] of underWay) if (batch.begun) underWay.delete(key);
  }

  return { ask, detach, detachAll };
}

function newBatch<T>(): Batch<T> {
  let land: (landing: Landing<T>) => void = () => undefined;
  const landing = new Promise<Landing<T>>((resolve) => {
    land = resolve;
  });
  return { keys: [], landing, land, begun: false };
}
