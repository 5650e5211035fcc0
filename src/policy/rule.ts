/** rule — the shape of a policy rule: when it looks, and what it thinks.
 *
 * A new rule is a new file in rules/ and one line in its index. A rule proves before it refuses, says
 * `later` where it could not find out, and never decides what `later` means: that is its setting. */

import type { Soon } from '../base/answer.ts';
import type { PolicyRequest, State } from './request.ts';
import type { PolicyServices } from './services.ts';
import type { Judgement } from './verdict.ts';

export interface Rule {
  /** As in the settings, the log and `explain`: `recipient-quota`. */
  readonly name: string;
  /** One line for people: what it keeps from happening. */
  readonly words: string;
  /** Where in the conversation it has something to say; elsewhere it is not asked. */
  readonly states: readonly State[];
  /** Its mode where the settings say nothing. `shadow`: it judges, and only the log hears of it. */
  readonly mode: Mode;
  /** What Postfix hears when it could not find out, where the settings say nothing. */
  readonly whenUnknown: WhenUnknown;
  /** At once where everything it needs is in memory. What it throws is a bug and counts as `later`. */
  judge(request: PolicyRequest, services: PolicyServices): Soon<Judgement>;
}

export const modes = ['enforce', 'shadow', 'off'] as const;
export type Mode = (typeof modes)[number];

export type WhenUnknown = 'defer' | 'pass';
