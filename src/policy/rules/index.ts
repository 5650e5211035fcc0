/** The policy rules, in the order in which they are asked where the settings say nothing. */

import type { Rule } from '../rule.ts';

export const policyRules: readonly Rule[] = [];
