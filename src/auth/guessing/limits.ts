/** limits — how much guessing is too much: counts in, a verdict out. Pure; docs/guessing.md has the numbers. */

import type { Milliseconds } from '../../base/clock.ts';

export interface Limits {
  /** What is older does not count. */
  readonly window: Milliseconds;
  /** So many different wrong passwords, by network and user, are free of delay. */
  readonly free: number;
  /** From so many on the network is refused for this user. */
  readonly passwords: number;
  /** The same for a network from which this user has logged in. */
  readonly knownPasswords: number;
  /** From so many users with wrong passwords on, a network is refused for all that are new to it. */
  readonly users: number;
  readonly longestDelay: Milliseconds;
  /** How long a network is known by a login. */
  readonly knownFor: Milliseconds;
  /** How long after it was last right a password that is wrong now does not count. */
  readonly formerFor: Milliseconds;
}

export interface Counts {
  readonly passwords: number;
  readonly users: number;
  readonly isKnown: boolean;
}

export type Why = 'passwords' | 'users';

export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly seconds: number }
  | { readonly kind: 'refuse'; readonly why: Why };

export const pass: Verdict = Object.freeze({ kind: 'pass' });

export function verdictOn({ passwords, users, isKnown }: Counts, limits: Limits): Verdict {
  // A known network hears of delays where another is refused, and answers for its own user alone.
  const free = isKnown ? limits.passwords : limits.free;
  if (passwords >= (isKnown ? limits.knownPasswords : limits.passwords)) {
    return { kind: 'refuse', why: 'passwords' };
  }
  if (!isKnown && users >= limits.users) return { kind: 'refuse', why: 'users' };
  const beyondUsers = isKnown ? 0 : users - Math.floor(limits.users / 2);
  const steps = Math.max(passwords - free + 1, beyondUsers);
  const delay = steps <= 0 ? 0 : Math.min(limits.longestDelay, FIRST_DELAY * 2 ** Math.min(steps - 1, 20));
  return delay === 0 ? pass : { kind: 'delay', seconds: delay / 1000 };
}

const FIRST_DELAY: Milliseconds = 500;
