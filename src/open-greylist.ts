/** open-greylist — makes greylisting's memory of the settings: what is read, and what is written. */

import { seconds } from './base/clock.ts';
import type { ChangingFactCache } from './database/cache.ts';
import type { Ground } from './ground.ts';
import { createGreylistJournal } from './policy/greylist/journal.ts';
import { readGreylist } from './policy/greylist/read.ts';
import type { GreylistServices } from './policy/greylist/services.ts';
import type { Seen } from './policy/greylist/state.ts';

export interface OpenGreylist {
  readonly services: GreylistServices;
  close(): Promise<void>;
}

/** What another node has written is not announced: each mail would be. */
const TRUST_FOR = seconds(10);

export function openGreylist(ground: Ground): OpenGreylist {
  const { settings, database, caches, mayRead, mayWrite, clock, log } = ground;
  const cache = caches.of('greylist', (from, keys) => readGreylist(from, keys, clock), trustedBriefly);
  cache.keepFor(settings);
  const journal = mayWrite
    ? createGreylistJournal({ database, mayWrite: mayRead, onWritten: cache.forget, clock, log })
    : { record: () => undefined, trouble: () => undefined, close: async () => undefined };
  return {
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

const trustedBriefly = (cache: ChangingFactCache<Seen>): ChangingFactCache<Seen> => ({
  ...cache,
  keepFor: (terms) => cache.keepFor({ ...terms, trustFor: Math.min(terms.trustFor, TRUST_FOR) }),
});
