/** state — what greylisting does with a stranger, of what it has seen: pure, with a clock that it is handed.
 *
 * A triplet (the client's network, sender, recipient) waits when it is seen first, and passes when it comes
 * again after `delay`. After `knownAfter` such triplets the network is known for mail of the sender's domain;
 * an address to which one of our users has written is known from the start. Only a temporary refusal can come
 * of it, and how often one comes again does not prolong it. */

import type { Instant, Milliseconds } from '../../base/clock.ts';

/** Of 35 days after three and a half. */
const RENEW_BELOW = 0.9;

export interface GreylistTerms {
  readonly delay: Milliseconds;
  /** How long after the first time a triplet may come again. */
  readonly retryWindow: Milliseconds;
  /** How long it is remembered who has passed. */
  readonly keepFor: Milliseconds;
  /** How many triplets make a network known; 0: none is ever. */
  readonly knownAfter: number;
}

/** What is remembered of one key; what has ended is not. */
export interface Seen {
  readonly firstSeenAt: Instant;
  /** Of a triplet: 1 once it has passed. Of a client: how many of its triplets have. */
  readonly passes: number;
  /** When it is forgotten. */
  readonly endsAt: Instant;
}

export interface Remembered {
  readonly triplet: Seen | undefined;
  readonly client: Seen | undefined;
  readonly correspondent: Seen | undefined;
}

export type Outcome =
  | { readonly kind: 'pass'; readonly because: 'correspondent' | 'known' | 'waited' | 'came again' }
  | { readonly kind: 'wait'; readonly because: 'new' | 'too soon'; readonly left: Milliseconds };

export function greylist(
  { triplet, client, correspondent }: Remembered,
  { delay, knownAfter }: GreylistTerms,
  now: Instant,
): Outcome {
  if (correspondent) return { kind: 'pass', because: 'correspondent' };
  if (isKnown(client, knownAfter)) return { kind: 'pass', because: 'known' };
  if (!triplet) return { kind: 'wait', because: 'new', left: delay };
  if (triplet.passes > 0) return { kind: 'pass', because: 'came again' };
  const left = triplet.firstSeenAt + delay - now;
  return left > 0 ? { kind: 'wait', because: 'too soon', left } : { kind: 'pass', because: 'waited' };
}

/** Whether a network is known and not to be renewed yet: then it passes, whatever else is remembered. */
export const passesAnyway = (
  client: Seen | undefined,
  { keepFor, knownAfter }: GreylistTerms,
  now: Instant,
): boolean => isKnown(client, knownAfter) && !isDue(client, keepFor, now);

const isKnown = (client: Seen | undefined, knownAfter: number): client is Seen =>
  knownAfter > 0 && client !== undefined && client.passes >= knownAfter;

const isDue = (seen: Seen, keepFor: Milliseconds, now: Instant): boolean =>
  seen.endsAt - now < keepFor * RENEW_BELOW;

/** What is to be remembered of it. */
export interface Deed {
  readonly kind: 'triplet' | 'client';
  readonly passes: 0 | 1;
  readonly keepFor: Milliseconds;
}

/** A triplet that comes too soon is remembered already. Who is known is renewed, but not with each mail. */
export function deedsOf(
  outcome: Outcome,
  { triplet, client }: Remembered,
  { retryWindow, keepFor }: GreylistTerms,
  now: Instant,
): readonly Deed[] {
  switch (outcome.because) {
    case 'new':
      return [{ kind: 'triplet', passes: 0, keepFor: retryWindow }];
    case 'waited':
      return [
        { kind: 'triplet', passes: 1, keepFor },
        { kind: 'client', passes: 1, keepFor },
      ];
    case 'came again':
      return triplet && isDue(triplet, keepFor, now) ? [{ kind: 'triplet', passes: 0, keepFor }] : [];
    case 'known':
      return client && isDue(client, keepFor, now) ? [{ kind: 'client', passes: 0, keepFor }] : [];
    case 'too soon':
    case 'correspondent':
      return [];
  }
}
