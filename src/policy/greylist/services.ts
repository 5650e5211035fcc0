/** services — what the rule asks of greylisting's memory. */

import type { Instant } from '../../base/clock.ts';
import type { FactCache } from '../../database/facts.ts';
import type { GreylistJournal } from './journal.ts';
import type { GreylistTerms, Seen } from './state.ts';

export interface GreylistServices extends Pick<GreylistJournal, 'record' | 'trouble'> {
  /** By the keys of keys.ts. */
  readonly seen: FactCache<Seen>;
  readonly terms: GreylistTerms;
  /** Networks whose clients never wait. */
  readonly exempt: readonly string[];
  now(): Instant;
}
