/** policy — the same counters for mail servers that verify passwords themselves, and only ask and tell.
 *
 * security of the password they tell a few bits: a mark of its own, never taken for a password's
 * bugs     Dovecot 2.3 does not tell why a login failed: its own outage counts as a wrong password. What is
 *          verified here and asked about too is counted twice */

import type { Attempt, AttemptOutcome, Guessing } from '../guessing.ts';
import type { Counters, Result } from './counters.ts';
import type { Verdict } from './limits.ts';

const words = {
  passwords: 'Too many wrong passwords from your network. Try again later.',
  users: 'Too many failed logins from your network. Try again later.',
} as const;

export function createPolicy(counters: Counters, isShadow: boolean): Guessing {
  const told = (verdict: Verdict) => {
    if (isShadow) return { kind: 'pass' } as const;
    return verdict.kind === 'refuse' ? { kind: verdict.kind, why: words[verdict.why] } : verdict;
  };
  return {
    judge: async (attempt) => told(await counters.judge(countedAs(attempt))),
    report: (attempt, outcome) => counters.report(countedAs(attempt), resultOf(outcome)),
  };
}

const countedAs = ({ user, ip, passwordTag }: Attempt) => ({
  user,
  ip,
  password: passwordTag === '' ? '' : `policy ${passwordTag}`,
});

function resultOf({ kind, wasRefused, why }: AttemptOutcome): Result {
  if (kind === 'ok') return 'right';
  if (wasRefused) return 'undecided';
  if (why === 'credentials') return 'wrong';
  // Not told, or `account`: perhaps there is no such user.
  return why === '' || why === 'account' ? 'wrong-nobody' : 'undecided';
}
