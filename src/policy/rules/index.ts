/** The policy rules, in the order in which they are asked where the settings say nothing. */

import type { Rule } from '../rule.ts';
import { recipientStatus } from './recipient-status.ts';

export const policyRules: readonly Rule[] = [recipientStatus];
