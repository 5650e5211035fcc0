/** requests — policy requests as a test needs them: a stranger's at RCPT, but for what is said. */

import { absent, found, later } from '../../../src/base/answer.ts';
import { hours, minutes } from '../../../src/base/clock.ts';
import { createBook } from '../../../src/lookup/book.ts';
import type { PolicyRequest } from '../../../src/policy/request.ts';
import type { PolicyServices } from '../../../src/policy/services.ts';
import { cachesOf, memoryCache } from '../../support/address-book.ts';
import { unlimited } from '../../support/unlimited.ts';

export const request = (changes: Partial<PolicyRequest> = {}): PolicyRequest => ({
  state: 'RCPT',
  sender: 'stranger@elsewhere.net',
  recipient: '',
  recipientCount: 0,
  size: 0,
  instance: '1a2b.5f3c.0',
  queueId: '',
  client: { address: '192.0.2.1', name: 'unknown', reverseName: 'unknown' },
  helo: 'mx.elsewhere.net',
  sasl: { username: '', method: '', sender: '' },
  tls: { protocol: '', fingerprint: '' },
  context: '',
  ...changes,
});

/** What the rules may ask, of facts in memory; login names are those of `logins`, true where they may use mail. */
export const servicesOn = (
  caches: Parameters<typeof createBook>[0],
  logins: Readonly<Record<string, boolean>> = {},
): PolicyServices => ({
  answer: createBook(caches).answer,
  resolution: { delimiters: '+' },
  // Remembers nothing, and asks what a test puts in place of these two.
  recall(inquiry, key) {
    return this.answer(inquiry(key, this.resolution));
  },
  ...unlimited,
  mayUseMail: (login) => (logins[login] === undefined ? absent : found(logins[login])),
  lapseOf: () => undefined,
  logins: memoryCache(new Map()),
  quotas: memoryCache(new Map()),
  totals: memoryCache(new Map()),
  count: async () => later('nobody counts'),
  fullMailboxes: { grace: 0, some: 'pass' },
  groups: { trusted: [] },
  greylist: {
    seen: memoryCache(new Map()),
    record: () => undefined,
    trouble: () => undefined,
    now: () => 0,
    exempt: [],
    terms: { delay: minutes(5), retryWindow: hours(48), keepFor: hours(840), knownAfter: 5 },
  },
});

/** The same where nobody is known and no list says anything, but for what is said. */
export const servicesOf = (changes: Partial<PolicyServices> = {}): PolicyServices => ({
  ...servicesOn(cachesOf({})),
  ...changes,
});

/** Who has logged in. */
export const login = (username: string): Pick<PolicyRequest, 'sasl'> => ({
  sasl: { username, method: 'PLAIN', sender: '' },
});
