/** familiar — who logged in from here a moment ago with this very password: the next connections of a mail
 * program, of which no counter learns anything new.
 *
 * It is asked about passwords that are remembered as right (remember.ts), so the facts of a credential stand
 * for the password itself, and no name has to be computed of it: when it changes they are others.
 *
 * limits   a minute after the counters were told, they are told again: so old may a mark of success be. So many
 *          clients of each password, the latest */

import { type Clock, type Instant, minutes } from '../../base/clock.ts';
import { ownCopy } from '../../base/text.ts';
import type { LoginRequest } from '../../protocol/login.ts';
import type { CredentialFacts } from '../facts.ts';

export interface Familiar {
  has(client: Client, credential: CredentialFacts): boolean;
  /** The counters have just been told of this success. */
  add(client: Client, credential: CredentialFacts): void;
}

type Client = Pick<LoginRequest, 'user' | 'ip'>;

interface Success extends Client {
  readonly until: Instant;
}

const KEEP_FOR = minutes(1);
const MAX_CLIENTS = 32;

export function createFamiliar(clock: Clock): Familiar {
  const successes = new WeakMap<CredentialFacts, readonly Success[]>();
  const others = (client: Client, credential: CredentialFacts) =>
    (successes.get(credential) ?? []).filter((one) => !isSame(one, client));
  return {
    has(client, credential) {
      const success = successes.get(credential)?.find((one) => isSame(one, client));
      return success !== undefined && success.until > clock.now();
    },
    add({ user, ip }, credential) {
      const success = { user: ownCopy(user), ip: ip && ownCopy(ip), until: clock.now() + KEEP_FOR };
      successes.set(credential, [success, ...others(success, credential)].slice(0, MAX_CLIENTS));
    },
  };
}

const isSame = (one: Client, other: Client): boolean => one.ip === other.ip && one.user === other.user;
