/** fits — whether a message fits into a mailbox and into its domain, and into all mailboxes of a group. */

import type { Milliseconds } from '../base/clock.ts';
import type { Counted } from '../net/doveadm.ts';
import type { Measure, QuotaFacts } from './facts.ts';

/** With what all mailboxes of its domain hold. */
export interface Mailbox extends Omit<QuotaFacts, 'domain'> {
  readonly domain: Measure;
}

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
  /** Nothing more fits, since so long. */
  | { readonly kind: 'full'; readonly fullFor: Milliseconds }
  /** Smaller messages do. */
  | { readonly kind: 'no room' }
  /** All mailboxes of the domain together have no room for it. */
  | { readonly kind: 'domain full' };

const fits: Fit = { kind: 'fits' };

/** `size` in octets, 0 if nobody said. */
export function fitOf({ storage, messages, domain, fullFor = 0 }: Mailbox, size: number): Fit {
  if (isFull(storage) || isFull(messages)) return { kind: 'full', fullFor };
  if (size > Math.min(storage.limit ?? Infinity, domain.limit ?? Infinity)) return { kind: 'too large' };
  if (size > roomIn(storage)) return { kind: 'no room' };
  return isFull(domain) || size > roomIn(domain) ? { kind: 'domain full' } : fits;
}

/** Whether `fitOf` would say so, where all mailboxes of the domain use that much. */
export const fitsBeside = ({ storage, messages, domain }: QuotaFacts, size: number, total: number): boolean =>
  !isFull(storage) &&
  !isFull(messages) &&
  size <= roomIn(storage) &&
  (domain.limit === null || (total < domain.limit && size <= domain.limit - total));

/** The same mailbox as Dovecot counts it, in KiB rounded up: of what may be meant the least, unless it is what we
 * know. Of a mailbox with as many messages as were reported, a total that is off by less than a KiB stays so. */
export function recounted(facts: Mailbox, { kibibytes, messages }: Counted): Mailbox {
  const isSame = messages === facts.messages.usage && kibibytes === Math.ceil(facts.storage.usage / 1024);
  const usage = isSame ? facts.storage.usage : Math.max(kibibytes * 1024 - 1023, 0);
  return {
    ...facts,
    storage: { ...facts.storage, usage },
    messages: { ...facts.messages, usage: messages },
  };
}

const isFull = ({ limit, usage }: Measure): boolean => limit !== null && usage >= limit;
const roomIn = ({ limit, usage }: Measure): number => (limit === null ? Infinity : limit - usage);
