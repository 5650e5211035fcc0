/** cache — remembers facts for as long as they can be trusted, and asks the database for the rest.
 *
 * A fact is trusted while we listen for changes, until one is announced, until time alone changes
 * it (`changesIn`), and for `trustFor` at most. A proven absence is a fact too; absences live
 * apart, so that a stranger's guesses do not push real addresses out.
 *
 * A fact whose change was announced while it was being read goes to those who had asked before
 * the change, and to nobody else: it is not remembered.
 *
 * When the database does not answer, a present value that was trusted at most `lastKnownFor` ago
 * is served as `lastKnown`; an absence never is, for nobody can prove it.
 *
 * limits   `maxEntries` present values and a quarter of that in absences; the least recently used go
 * security keys are strangers' bytes: they are compared and bound as parameters, nothing else */

import { LRUCache } from 'lru-cache';
import { later } from '../base/answer.ts';
import { type Clock, type Instant, type Milliseconds, minutes } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { ownCopy } from '../base/text.ts';
import { createBatcher, type Landing } from './batch.ts';
import type { Fact, FactCache, Known } from './facts.ts';

export interface Fetched<V> {
  /** Undefined is an absence of which is known when it may end. */
  readonly value: V | undefined;
  /** After this time the fact means something else, though nobody changed anything. */
  readonly changesIn?: Milliseconds | undefined;
}

export interface FactCacheOptions<V> {
  /** As the log and the statistics call it. */
  readonly name: string;
  /** Keys that are not in the answer are proven absent. Rejects when the database is away. */
  readonly fetch: (keys: readonly string[]) => Promise<ReadonlyMap<string, Fetched<V>>>;
  readonly maxEntries: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly trustFor?: Milliseconds;
  /** 0: better no answer than an old one. */
  readonly lastKnownFor?: Milliseconds;
}

export interface ChangingFactCache<V> extends FactCache<V> {
  /** These keys changed: what was read before now is not served any more. */
  forget(keys: readonly string[]): void;
  forgetAll(): void;
  /** Whether every change is announced to `forget`. Until the first `true` nothing is trusted. */
  listening(on: boolean): void;
  /** For what is read from now on; what is in memory keeps its term. */
  keepFor(terms: Terms): void;
  stats(): CacheStats;
}

/** As in the options. */
export interface Terms {
  readonly trustFor: Milliseconds;
  readonly lastKnownFor: Milliseconds;
}

export interface CacheStats {
  /** Present values and absences in memory. */
  readonly present: number;
  readonly absent: number;
  /** Facts from memory. */
  readonly hits: number;
  /** Queries, and the keys in them. */
  readonly fetches: number;
  readonly fetchedKeys: number;
  /** Queries that failed, and the facts served all the same. */
  readonly failures: number;
  readonly lastKnown: number;
}

interface Entry<V> extends Known<V> {
  /** The stretch of listening in which it was read, or NEVER. */
  readonly epoch: number;
  readonly readAt: Instant;
  readonly trustedUntil: Instant;
  readonly changesAt: Instant | undefined;
}

/** One query under way. */
interface Reading {
  readonly epoch: number;
  readonly begunAt: Instant;
  /** Keys that changed since it began. */
  readonly changed: Set<string>;
  outdated: boolean;
}

const NEVER = -1;
const NUL = '\0';

export function createFactCache<V>({
  name,
  fetch,
  maxEntries,
  clock,
  log,
  trustFor = minutes(10),
  lastKnownFor = minutes(10),
}: FactCacheOptions<V>): ChangingFactCache<V> {
  const present = memoryFor<V>(maxEntries);
  const absent = memoryFor<V>(Math.ceil(maxEntries / 4));
  const readings = new Set<Reading>();
  /** When we stopped to listen, for each epoch that may still matter. */
  const ends = new Map<number, Instant>();
  const counts = { hits: 0, fetches: 0, fetchedKeys: 0, failures: 0, lastKnown: 0 };
  let terms: Terms = { trustFor, lastKnownFor };
  let epoch = 0;
  let isListening = false;

  const batcher = createBatcher<ReadonlyMap<string, Fact<V>>>({
    fetch: read,
    clock,
    onOutage: (why) =>
      why === undefined
        ? log.info('facts.back', { cache: name })
        : log.warn('facts.away', { cache: name, why }),
  });

  function peek(key: string): Known<V> | undefined {
    const entry = present.get(key) ?? absent.get(key);
    if (entry === undefined || entry.epoch !== epoch || entry.trustedUntil <= clock.now()) return undefined;
    counts.hits += 1;
    return entry;
  }

  async function load(keys: readonly string[]): Promise<ReadonlyMap<string, Fact<V>>> {
    const facts = new Map<string, Fact<V>>();
    const asked: [string, Promise<Landing<ReadonlyMap<string, Fact<V>>>>][] = [];
    for (const key of keys) {
      const answer = peek(key) ?? ask(key);
      if (answer instanceof Promise) asked.push([key, answer]);
      else facts.set(key, answer);
    }
    for (const [key, answer] of asked) facts.set(key, factOf(key, await answer));
    return facts;
  }

  function ask(key: string): Fact<V> | Promise<Landing<ReadonlyMap<string, Fact<V>>>> {
    // PostgreSQL's text cannot hold a NUL, and one such key would fail all that share its query.
    if (key.includes(NUL)) return { kind: 'known', value: undefined, lastKnown: false };
    // The key may have been cut out of a request, of which the rest is a password.
    const landing = batcher.ask(ownCopy(key));
    return landing instanceof Promise ? landing : factOf(key, landing);
  }

  function factOf(key: string, landing: Landing<ReadonlyMap<string, Fact<V>>>): Fact<V> {
    if (landing.kind === 'failed') return lastKnown(key) ?? later(landing.why);
    return landing.result.get(key) ?? later(`no fact about a key of ${name} was read`);
  }

  /** The batcher's query: begins now, so what changes from now on is not in it for sure. */
  async function read(keys: readonly string[]): Promise<ReadonlyMap<string, Fact<V>>> {
    const reading = {
      epoch: isListening ? epoch : NEVER,
      // Whole milliseconds: small integers need no memory of their own.
      begunAt: Math.floor(clock.now()),
      changed: new Set<string>(),
      outdated: false,
    };
    readings.add(reading);
    counts.fetches += 1;
    counts.fetchedKeys += keys.length;
    try {
      const fetched = await fetch(keys);
      return new Map(keys.map((key) => [key, remember(key, fetched.get(key), reading)]));
    } catch (error) {
      counts.failures += 1;
      throw error;
    } finally {
      readings.delete(reading);
    }
  }

  function remember(key: string, fetched: Fetched<V> | undefined, reading: Reading): Known<V> {
    const entry = entryOf(fetched, reading, terms.trustFor);
    if (reading.outdated || reading.changed.has(key)) return entry;
    const [home, other] = entry.value === undefined ? [absent, present] : [present, absent];
    home.set(key, entry);
    other.delete(key);
    return entry;
  }

  function lastKnown(key: string): Known<V> | undefined {
    const entry = present.get(key);
    const now = clock.now();
    if (!entry || (entry.changesAt ?? Infinity) <= now || now - lastTrusted(entry, now) > terms.lastKnownFor)
      return undefined;
    counts.lastKnown += 1;
    return { kind: 'known', value: entry.value, lastKnown: true };
  }

  function lastTrusted(entry: Entry<V>, now: Instant): Instant {
    if (entry.epoch === NEVER) return entry.readAt;
    const end = entry.epoch === epoch ? now : (ends.get(entry.epoch) ?? Number.NEGATIVE_INFINITY);
    return Math.min(end, entry.trustedUntil);
  }

  function forget(keys: readonly string[]): void {
    batcher.detach(keys);
    for (const key of keys) {
      present.delete(key);
      absent.delete(key);
      for (const reading of readings) reading.changed.add(key);
    }
  }

  function forgetAll(): void {
    present.clear();
    absent.clear();
    outdateReadings();
  }

  function outdateReadings(): void {
    for (const reading of readings) reading.outdated = true;
    batcher.detachAll();
  }

  function listening(on: boolean): void {
    const now = clock.now();
    if (isListening) ends.set(epoch, now);
    for (const [past, end] of ends) if (now - end > terms.lastKnownFor) ends.delete(past);
    isListening = on;
    epoch += 1;
    outdateReadings();
  }

  const stats = (): CacheStats => ({ ...counts, present: present.size, absent: absent.size });

  const keepFor = (next: Terms): void => {
    terms = next;
  };

  return { peek, load, forget, forgetAll, listening, keepFor, stats };
}

/** Counted by size, since with `max` lru-cache allocates and fills all of it at the start. */
const memoryFor = <V>(entries: number): LRUCache<string, Entry<V>> =>
  new LRUCache({ maxSize: entries, sizeCalculation: () => 1 });

function entryOf<V>(
  fetched: Fetched<V> | undefined,
  { epoch, begunAt }: Reading,
  trustFor: Milliseconds,
): Entry<V> {
  const { value, changesIn } = fetched ?? { value: undefined };
  const changesAt = changesIn === undefined ? undefined : Math.floor(begunAt + changesIn);
  return {
    kind: 'known',
    value,
    lastKnown: false,
    epoch,
    readAt: begunAt,
    trustedUntil: Math.min(Math.floor(begunAt + trustFor), changesAt ?? Infinity),
    changesAt,
  };
}
