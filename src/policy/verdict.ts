/** verdict — what a rule thinks of a request, and what all of them together say.
 *
 * There is no `OK` among these: it would skip every restriction that the administrator wrote after ours.
 * A refusal must be proven; what a rule could not find out is `later`. */

import type { Later } from '../base/answer.ts';

/** `552 5.2.2 The mailbox is full`: the first digits of code and status agree. */
export interface SmtpReply {
  readonly code: number;
  /** The enhanced status code (RFC 3463), `5.2.2`. */
  readonly status: string;
  /** One line that the sender may read: no secret, nothing of the schema. */
  readonly text: string;
}

export type Judgement =
  /** No objection. */
  | { readonly kind: 'pass' }
  /** Proven, and for good: a reply of 5xx. `because` is for the log and `explain`: counts, limits, names. */
  | { readonly kind: 'refuse'; readonly reply: SmtpReply; readonly because: Reasons }
  /** Proven, and passing: a reply of 4xx; the client comes again. */
  | {
      readonly kind: 'wait';
      readonly reply: SmtpReply;
      readonly because: Reasons;
      /** Done with the answer where the rule is enforced; in shadow, and by who only looks, never. */
      readonly deed?: () => void;
    }
  /** It could not be found out. */
  | Later;

export type Reasons = Readonly<Record<string, string | number | boolean>>;

export const pass: Judgement = Object.freeze({ kind: 'pass' });
