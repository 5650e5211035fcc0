/** unlimited — what a policy rule may ask of rate limits, where nobody has any. */

import { suspendNothing } from '../../src/policy/limits/suspend.ts';
import type { PolicyServices } from '../../src/policy/services.ts';

export const unlimited: Pick<PolicyServices, 'charge' | 'suspend'> = {
  charge: () => ({ kind: 'free' }),
  suspend: suspendNothing,
};
