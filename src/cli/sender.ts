/** sender — `dovetail sender add | list | show | set | remove`: who may send as which address,
 * besides those whose address it is. All of them: `dovetail explain sender`. */

import { sending } from '../accounts/rights.ts';
import { grantFamily } from './grant-family.ts';

export const sender = grantFamily({
  right: sending,
  about: 'who may send as which address, besides its owners',
  sample: 'support@example.org',
  besides: 'all who may send as it: dovetail explain sender',
});
