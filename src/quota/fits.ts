/** fits — whether a message fits into a mailbox and into its domain, and into all mailboxes of a group. */

import type { Milliseconds } from '../base/clock.ts';
import type { Measure, QuotaFacts } from './facts.ts';

export interface FullMailboxes {
  /** How long a mailbox that became full answers "come again". */
  readonly grace: Milliseconds;
  /** Of a group in which some are full. */
  readonly some: 'pass' | 'wait' | 'refuse';
}

export type Fit =
  | { readonly kind: 'fits' }
  /** It will never fit, however empty the mailbox. */
  | { readonly kind: 'too large' }
  /** Nothing more fits, since so long; `whose` limit is it? */
  | { readonly kind: 'full'; readonly fullFor: Milliseconds; readonly whose: 'mailbox' | 'domain' }
  /** Smaller messages do. */
  | { readonly kind: 'no room' };

const fits: Fit = { kind: 'fits' };

/** `size` in octets, 0 if nobody said. */
export function fitOf({ storage, messages, domain, fullFor = 0 }: QuotaFacts, size: number): Fit {
  if (isFull(storage) || isFull(messages)) return { kind: 'full', fullFor, whose: 'mailbox' };
  if (isFull(domain)) return { kind: 'full', fullFor: 0, whose: 'domain' };
  const limit = Math.min(storage.limit ?? Infinity, domain.limit ?? Infinity);
  if (size > limit) return { kind: 'too large' };
  return size > roomIn(storage) || size > roomIn(domain) ? { kind: 'no room' } : fits;
}

const isFull = ({ limit, usage }: Measure): boolean => limit !== null && usage >= limit;
const roomIn = ({ limit, usage }: Measure): number => (limit === null ? Infinity : limit - usage);
