/** logins — whether a login name may use mail, for the rules; a refusal rests on what is certain. */

import type { LoginFacts } from '../auth/facts.ts';
import { canonicalOf } from '../base/address.ts';
import { type Answer, absent, found, later } from '../base/answer.ts';
import type { Fact, FactCache } from '../database/facts.ts';
import type { PolicyServices } from './services.ts';

export const createMayUseMail =
  (logins: FactCache<LoginFacts>): PolicyServices['mayUseMail'] =>
  (login) => {
    const key = canonicalOf(login);
    const known = logins.peek(key);
    if (known) return answerOf(known);
    return logins.load([key]).then((facts) => answerOf(facts.get(key) ?? later('no fact about the login')));
  };

function answerOf(fact: Fact<LoginFacts>): Answer<boolean> {
  if (fact.kind === 'later') return fact;
  if (fact.value === undefined) return absent;
  if (fact.lastKnown && !fact.value.usable) return later('the database is away, so a lock cannot be proven');
  return found(fact.value.usable);
}
