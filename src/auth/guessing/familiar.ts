/** familiar — who logged in from here a moment ago with this very password: the next connections of a mail
 * program, of which no counter learns anything new.
 *
 * It is asked about passwords that are remembered as right (remember.ts), so a credential's id and hash stand
 * for the password itself, and no other name has to be computed of it.
 *
 * limits   a minute after the counters were told, they are told again: so old may a mark of success be */

import { LRUCache } from 'lru-cache';
import { type Clock, type Instant, minutes } from '../../base/clock.ts';
import type { LoginRequest } from '../../protocol/login.ts';
import type { Credential } from '../remember.ts';

export interface Familiar {
  has(client: Client, credential: Credential): boolean;
  /** The counters have just been told of this success. */
  add(client: Client, credential: Credential): void;
}

type Client = Pick<LoginRequest, 'user' | 'ip'>;

interface Success {
  readonly hash: string;
  readonly until: Instant;
}

const KEEP_FOR = minutes(1);

export function createFamiliar(clock: Clock): Familiar {
  const successes = new LRUCache<string, Success>({ max: 20_000 });
  // A name that exists has no control characters, so no other three texts give the same one.
  const nameOf = ({ user, ip = '' }: Client, { id }: Credential) => `${id}\0${user}\0${ip}`;
  return {
    has(client, credential) {
      const success = successes.get(nameOf(client, credential));
      return success !== undefined && success.hash === credential.hash && success.until > clock.now();
    },
    add(client, credential) {
      successes.set(nameOf(client, credential), { hash: credential.hash, until: clock.now() + KEEP_FOR });
    },
  };
}
