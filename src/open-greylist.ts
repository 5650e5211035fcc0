/** open-greylist — makes greylisting's memory of the settings: what is read, and what is written. */

import type { Ground } from './ground.ts';
import { createGreylistJournal } from './policy/greylist/journal.ts';
import { readGreylist } from './policy/greylist/read.ts';
import type { GreylistServices } from './policy/greylist/services.ts';
import type { GreylistTerms } from './policy/greylist/state.ts';

export interface OpenGreylist {
  readonly services: GreylistServices;
  close(): Promise<void>;
}

export function openGreylist(ground: Ground): OpenGreylist {
  const { settings, database, caches, mayRead, mayWrite, clock, log } = ground;
  const terms: GreylistTerms = {
    delay: settings.greylistDelay,
    retryWindow: settings.greylistRetryWindow,
    keepFor: settings.greylistKeepFor,
    knownAfter: settings.greylistKnownAfter,
  };
  const cache = caches.of('greylist', (from, keys) => readGreylist(from, keys, clock, terms));
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
      terms,
    },
    close: journal.close,
  };
}
