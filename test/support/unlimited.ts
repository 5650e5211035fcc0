/** unlimited — what a policy rule may ask of rate limits, where nobody has any. */

import { createMemoryCounts } from '../../src/policy/limits/memory-counts.ts';
import type { PolicyServices } from '../../src/policy/services.ts';

export const unlimited: Pick<PolicyServices, 'limits' | 'counts'> = {
  limits: {
    peek: () => ({ kind: 'known', value: { login: '', domain: '', limits: [] }, lastKnown: false }),
    load: async () => new Map(),
  },
  counts: createMemoryCounts({ now: () => 0 }),
};
