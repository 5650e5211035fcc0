/** open-greylist — makes greylisting's memory of the settings: what is read, and what is written. */

import { type Clock, seconds } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Settings } from './config/settings.ts';
import type { ChangingFactCache, Fetched, Terms } from './database/cache.ts';
import type { Database } from './database/connection.ts';
import { createGreylistJournal } from './policy/greylist/journal.ts';
import { readGreylist } from './policy/greylist/read.ts';
import type { GreylistServices } from './policy/greylist/services.ts';
import type { Seen } from './policy/greylist/state.ts';

export interface OpenGreylistParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly cacheOf: (
    name: string,
    read: (database: Database, keys: readonly string[]) => Promise<ReadonlyMap<string, Fetched<Seen>>>,
  ) => ChangingFactCache<Seen>;
  readonly mayRead: () => boolean;
  /** False: it only looks, as `explain` does. */
  readonly mayWrite: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OpenGreylist {
  readonly services: GreylistServices;
  readonly cache: ChangingFactCache<Seen>;
  close(): Promise<void>;
}

/** What another node has written is not announced: each mail would be. */
const TRUST_FOR = seconds(10);

export function openGreylist(parts: OpenGreylistParts): OpenGreylist {
  const { settings, database, cacheOf, mayRead, mayWrite, clock, log } = parts;
  const cache = cacheOf('greylist', (from, keys) => readGreylist(from, keys, clock));
  const keepFor = (next: Terms) => cache.keepFor({ ...next, trustFor: Math.min(next.trustFor, TRUST_FOR) });
  keepFor(settings);
  const journal = mayWrite
    ? createGreylistJournal({ database, mayWrite: mayRead, onWritten: cache.forget, clock, log })
    : { record: () => undefined, trouble: () => undefined, close: async () => undefined };
  return {
    cache: { ...cache, keepFor },
    services: {
      seen: cache,
      record: journal.record,
      trouble: journal.trouble,
      now: clock.now,
      exempt: settings.greylistExempt,
      terms: {
        delay: settings.greylistDelay,
        retryWindow: settings.greylistRetryWindow,
        keepFor: settings.greylistKeepFor,
        knownAfter: settings.greylistKnownAfter,
      },
    },
    close: journal.close,
  };
}
