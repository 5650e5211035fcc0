/** manager — `dovetail manager add | list | show | set | remove`: who may change an address, or those of a
 * domain, on a page or in a tool that asks `unified.mail_rights`. It lets nobody read or send. */

import { managing } from '../accounts/rights.ts';
import { grantFamily } from './grant-family.ts';

export const manager = grantFamily({
  right: managing,
  about: 'who may change which alias or mailbox, besides its owner',
  sample: 'sales@example.org',
  besides: 'its owner may: dovetail alias show',
});
