/** The policy rules, in the order in which they are asked where the settings say nothing. */

import type { Rule } from '../rule.ts';
import { accessLists } from './access-lists.ts';
import { greylisting } from './greylisting.ts';
import { groupPosting } from './group-posting.ts';
import { rateLimits } from './rate-limits.ts';
import { recipientQuota } from './recipient-quota.ts';
import { recipientStatus } from './recipient-status.ts';
import { senderRights } from './sender-rights.ts';
import { senderStatus } from './sender-status.ts';
import { suddenSpread } from './sudden-spread.ts';

export const policyRules: readonly Rule[] = [
  senderStatus,
  senderRights,
  recipientStatus,
  groupPosting,
  accessLists,
  recipientQuota,
  greylisting,
  suddenSpread,
  rateLimits,
];
