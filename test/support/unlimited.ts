/** unlimited — what a policy rule may ask of rate limits, where nobody has any. */

import type { PolicyServices } from '../../src/policy/services.ts';

export const unlimited: Pick<PolicyServices, 'charge'> = { charge: () => ({ kind: 'free' }) };
