/** limit-words — limits as people read them. */

import type { OverIt } from '../accounts/rate-limits.ts';
import { formatSize } from '../base/sizes.ts';
import type { CountedBy, Counter } from '../policy/limits/limit.ts';
import { showLimit } from './accounts.ts';

export const showMax = (counter: Counter, max: number | null): string =>
  counter === 'bytes' ? formatSize(max) : showLimit(max);

/** What one such limit is for. */
export const forEach: Readonly<Record<CountedBy, string>> = {
  user: 'each user',
  credential: 'each password',
  domain: 'all users of a domain together',
  network: 'each network of strangers',
};

/** What becomes of mail that is over it. */
export const overWords: Readonly<Record<OverIt, string>> = {
  waits: 'mail over it waits',
  refused: 'mail over it is refused for good',
  suspends: 'over it the password is suspended',
};
