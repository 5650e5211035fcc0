/** lapse — what has become of the password with which a session was opened that still sends: it is another one by
 * now, or gone, or the doors would not let it in any more.
 *
 * limits   a password that another daemon has just made, and of which this one hears a moment later, is gone
 *          for that moment: mail waits */

import type { Objection, ObjectionTo } from '../auth/admit.ts';
import type { CredentialFacts, LoginFacts } from '../auth/facts.ts';
import type { Opener } from '../auth/submissions.ts';
import { canonicalOf } from '../base/address.ts';
import { andThen, type Later } from '../base/answer.ts';
import type { FactCache } from '../database/facts.ts';
import { factsOf, type KnownFacts } from './known.ts';
import { type SentByParts, sessionOf } from './limits/sent-by.ts';
import type { Lapse, PolicyServices } from './services.ts';

export interface LapseParts extends SentByParts {
  readonly logins: FactCache<LoginFacts>;
  /** What the doors object to in a password, for a client. */
  readonly objectionTo: ObjectionTo;
}

export const createLapseOf =
  ({ logins, submissions, credentials, objectionTo }: LapseParts): PolicyServices['lapseOf'] =>
  (request) => {
    const name = request.sasl.username;
    return andThen(factsOf(logins, [canonicalOf(name)]), (facts) => {
      const [login] = facts.kind === 'known' ? facts.values : [];
      if (!login) return undefined;
      const { username } = login;
      return andThen(
        submissions.openerOf(sessionOf(username, request), request.instance),
        (opener) =>
          opener &&
          andThen(factsOf(credentials, [username]), (passwords) =>
            lapseOf(opener, passwords, (password) => objectionTo(password, { ip: request.client.address })),
          ),
      );
    });
  };

function lapseOf(
  { credential, changedAt }: Opener,
  passwords: KnownFacts<readonly CredentialFacts[]> | Later,
  objectionTo: (password: CredentialFacts) => Objection | undefined,
): Lapse | undefined {
  if (passwords.kind === 'later') return undefined;
  const now = passwords.values[0]?.find(({ id }) => id === credential);
  if (now?.isSuspended) return 'suspended';
  // An older one is what this daemon has yet to hear of.
  const isSame = now !== undefined && Number(now.changedAt) <= Number(changedAt);
  if (!isSame && changedAt !== undefined && !passwords.lastKnown) return 'replaced';
  return now && objectionTo(now)?.because;
}
