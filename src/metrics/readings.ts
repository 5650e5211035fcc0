/** readings — where each metric of the table comes from: counts that others keep, read at a scrape. */

import type { Distribution, Tally } from '../base/tally.ts';
import type { CacheStats } from '../database/cache.ts';
import type { TrafficReport } from '../net/traffic.ts';
import type { Readings, Sample } from './table.ts';

export interface Counted {
  readonly isReady: () => boolean;
  readonly isListening: () => boolean;
  readonly lookups: Tally;
  readonly logins: Tally;
  readonly sasl: Tally;
  readonly policyAnswers: Tally;
  readonly policyRules: Tally;
  readonly mailLog: { readonly isFollowed: () => boolean; readonly lines: Tally };
  readonly bounces: Tally;
  /** By the name of the cache. */
  readonly caches: () => Readonly<Record<string, CacheStats>>;
  /** One a listener; several may speak one protocol. */
  readonly traffic: () => readonly (TrafficReport & { readonly protocol: string })[];
  readonly revocations: {
    readonly dropped: () => Distribution;
    readonly kicked: () => Distribution;
    readonly waiting: () => number;
  };
  /** Of the process. */
  readonly usage: () => { readonly memory: number; readonly cpuSeconds: number; readonly uptime: number };
}

const one = (value: number): Sample[] => [{ labels: [], value }];
const tallied = (tally: Tally): Sample[] =>
  tally.read().map(({ labels, count }) => ({ labels, value: count }));

export function createReadings(counted: Counted): Readings {
  const { traffic, usage } = counted;
  const ofProtocols = (read: (report: TrafficReport) => number, ...more: string[]): Sample[] => {
    const sums = new Map<string, number>();
    for (const report of traffic()) {
      sums.set(report.protocol, (sums.get(report.protocol) ?? 0) + read(report));
    }
    return [...sums].map(([protocol, value]) => ({ labels: [protocol, ...more], value }));
  };
  const ofCaches = (read: (stats: CacheStats) => number, ...more: string[]): Sample[] =>
    Object.entries(counted.caches()).map(([cache, stats]) => ({
      labels: [cache, ...more],
      value: read(stats),
    }));
  return {
    ready: () => one(Number(counted.isReady())),
    listening: () => one(Number(counted.isListening())),
    lookups: () => tallied(counted.lookups),
    logins: () => tallied(counted.logins),
    sasl: () => tallied(counted.sasl),
    policyAnswers: () => tallied(counted.policyAnswers),
    policyRules: () => tallied(counted.policyRules),
    mailLogFollowed: () => one(Number(counted.mailLog.isFollowed())),
    mailLogLines: () => tallied(counted.mailLog.lines),
    bounces: () => tallied(counted.bounces),
    openConnections: () => ofProtocols(({ open }) => open),
    connections: () => ofProtocols(({ connections }) => connections),
    immediate: () => ofProtocols(({ immediate }) => immediate),
    waited: () => waited(traffic()),
    troubles: () =>
      (['overdue', 'failed', 'broken'] as const).flatMap((kind) =>
        ofProtocols((report) => report[kind], kind),
      ),
    cacheEntries: () =>
      (['present', 'absent'] as const).flatMap((kind) => ofCaches((stats) => stats[kind], kind)),
    cacheHits: () => ofCaches(({ hits }) => hits),
    cacheQueries: () => [
      ...ofCaches(({ fetches, failures }) => fetches - failures, 'answered'),
      ...ofCaches(({ failures }) => failures, 'failed'),
    ],
    cacheQueriedKeys: () => ofCaches(({ fetchedKeys }) => fetchedKeys),
    cacheLastKnown: () => ofCaches(({ lastKnown }) => lastKnown),
    revoked: () =>
      (['dropped', 'kicked'] as const).map((step) => ({
        labels: [step],
        value: counted.revocations[step](),
      })),
    revocationsWaiting: () => one(counted.revocations.waiting()),
    memory: () => one(usage().memory),
    cpu: () => one(usage().cpuSeconds),
    uptime: () => one(usage().uptime),
  };
}

/** All listeners have the same buckets. */
function waited(reports: ReturnType<Counted['traffic']>): Sample[] {
  const byProtocol = new Map<string, TrafficReport['waited']>();
  for (const { protocol, waited } of reports) {
    const before = byProtocol.get(protocol);
    byProtocol.set(protocol, {
      bounds: waited.bounds,
      counts: waited.counts.map((count, bucket) => count + (before?.counts[bucket] ?? 0)),
      sum: waited.sum + (before?.sum ?? 0),
    });
  }
  return [...byProtocol].map(([protocol, value]) => ({ labels: [protocol], value }));
}
