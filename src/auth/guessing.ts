/** guessing — who may try a password now? Asked by mail servers before a login, and told what became
 * of it (protocols/auth-policy.md). */

import type { Soon } from '../base/answer.ts';

/** As the peer says it: nothing here is canonical. */
export interface Attempt {
  readonly user: string;
  readonly ip: string | undefined;
  /** `imap`, `smtp`, …; empty if not told. */
  readonly protocol: string;
  /** A few bits of a keyed hash of name and password, to tell a program with an old password from one
   * who guesses; empty if not told. */
  readonly passwordTag: string;
  readonly session: string;
}

export type Judgement =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly seconds: number }
  /** `why` is shown to the client. */
  | { readonly kind: 'refuse'; readonly why: string };

export interface AttemptOutcome {
  readonly kind: 'ok' | 'failed';
  /** It was our own refusal. */
  readonly wasRefused: boolean;
  /** Dovecot 2.4: `internal`, `credentials`, `account`, `expired`, `disabled`, `policy`; else empty. */
  readonly why: string;
}

export interface Guessing {
  /** Rejects when the counters are away; the peer's own setting then decides. */
  judge(attempt: Attempt): Soon<Judgement>;
  report(attempt: Attempt, outcome: AttemptOutcome): Soon<void>;
}

/** Counts nothing and lets everybody try. */
export const unguarded: Guessing = {
  judge: () => ({ kind: 'pass' }),
  report: () => undefined,
};
