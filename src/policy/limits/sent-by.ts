/** sent-by — with which of a user's passwords a message is sent: the one that opened the session, as the
 * schema knows it. */

import type { CredentialFacts } from '../../auth/facts.ts';
import type { Client, Submissions } from '../../auth/submissions.ts';
import { andThen, type Soon } from '../../base/answer.ts';
import type { Fact, FactCache } from '../../database/facts.ts';
import type { PolicyRequest } from '../request.ts';

/** Undefined where it is not certain. Never rejects. */
export type SentBy = (login: string, request: PolicyRequest) => Soon<Password | undefined>;

export type Password = Pick<CredentialFacts, 'id' | 'service' | 'label' | 'isSuspended' | 'restoredAt'>;

export interface SentByParts {
  readonly submissions: Pick<Submissions, 'openerOf'>;
  /** By login name. */
  readonly credentials: FactCache<readonly CredentialFacts[]>;
}

export function createSentBy({ submissions, credentials }: SentByParts): SentBy {
  return (login, request) =>
    andThen(submissions.openerOf(sessionOf(login, request), request.instance), (opener) => {
      if (opener === undefined) return undefined;
      return andThen(
        findPassword(credentials, login, opener.credential),
        (found) => found && passwordOf(found),
      );
    });
}

/** Of this user the password with this id; undefined also where it cannot be read now. */
export const findPassword = (
  credentials: SentByParts['credentials'],
  login: string,
  id: string,
): Soon<CredentialFacts | undefined> =>
  andThen(passwordsOf(credentials, login), (fact) =>
    fact?.kind === 'known' ? fact.value?.find((password) => password.id === id) : undefined,
  );

const passwordsOf = (
  credentials: SentByParts['credentials'],
  login: string,
): Soon<Fact<readonly CredentialFacts[]> | undefined> =>
  credentials.peek(login) ?? credentials.load([login]).then((facts) => facts.get(login));

/** Who sends, as it was known when he logged in. */
export const sessionOf = (login: string, { client, instance }: PolicyRequest): Client => ({
  user: login,
  ip: client.address,
  servedBy: processOf(instance),
});

/** Without its hash. */
export const passwordOf = ({ id, service, label, isSuspended, restoredAt }: CredentialFacts): Password => ({
  id,
  service,
  label,
  isSuspended,
  restoredAt,
});

/** Postfix writes the pid of its process first, in hexadecimal digits: `1a2b.65f1c2d3.8e21f.0`. */
function processOf(instance: string): string | undefined {
  const pid = /^(?<pid>[0-9a-f]{1,8})\./u.exec(instance)?.groups?.pid;
  return pid === undefined ? undefined : String(Number.parseInt(pid, 16));
}
