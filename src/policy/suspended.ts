/** suspended — whether a message comes with a password that is suspended, in a session that was opened before. */

import type { LoginFacts } from '../auth/facts.ts';
import { parseAddress } from '../base/address.ts';
import { andThen } from '../base/answer.ts';
import type { FactCache } from '../database/facts.ts';
import { factsOf } from './known.ts';
import type { SentBy } from './limits/sent-by.ts';
import type { PolicyServices } from './services.ts';

export const createIsSuspended =
  (logins: FactCache<LoginFacts>, sentBy: SentBy): PolicyServices['isSuspended'] =>
  (request) => {
    const name = request.sasl.username;
    return andThen(factsOf(logins, [parseAddress(name) ?? name.toLowerCase()]), (facts) => {
      const [login] = facts.kind === 'known' ? facts.values : [];
      if (!login) return false;
      return andThen(sentBy(login.username, request), (password) => password?.isSuspended === true);
    });
  };
