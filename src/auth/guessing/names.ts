/** names — under which names an attempt is counted: keyed HMACs of its network, user and password.
 *
 * A user's networks are counted as one name each: an IPv4 /24, an IPv6 /48, which is the most that one customer gets, and
 * what tunnels give to anybody: counted by less, each of its parts would have guesses of its own (Dovecot's auth_penalty too
 * counts by /48). An attempt whose client is not told, or comes from a network that is let through
 * (a webmail's), has no names: to count it would be to count by user alone, and that locks owners out.
 *
 * bugs     a user who may log in by two names is counted under each */

import { createHmac } from 'node:crypto';
import { canonicalOf } from '../../base/address.ts';
import { isAddress, isInNetworks, networkOf } from '../../base/network.ts';
import type { LoginRequest } from '../../protocol/login.ts';
import type { Kind, SetName } from './marks.ts';

export type Attempt = Pick<LoginRequest, 'user' | 'ip' | 'password' | 'isExchange'>;

export interface Names {
  /** In clear, for people. */
  readonly network: string;
  readonly networkMark: string;
  readonly userMark: string;
  /** Undefined where the door never sees a password (SCRAM). */
  readonly passwordMark: string | undefined;
  readonly isExchange: boolean;
  /** This user, network and password. */
  readonly whole: string;
  readonly sets: Readonly<Record<Kind, SetName>>;
}

export interface NamesParts {
  /** Asked for each name: it may be another after a while. */
  readonly key: Buffer;
  /** Networks that are let through. */
  readonly allowed: readonly string[];
}

/** The address must be one. */
export const networkOfClient = (ip: string): string => networkOf(ip, { ipv4: 24, ipv6: 48 });

export function createNames(parts: NamesParts): (attempt: Attempt) => Names | undefined {
  const { allowed } = parts;
  // Each text is preceded by its length, so that no others give the same bytes.
  const mark = (...texts: readonly string[]): string => {
    const hmac = createHmac('sha256', parts.key);
    for (const text of texts) hmac.update(`${text.length}:`).update(text);
    return hmac.digest('base64url').slice(0, 22);
  };
  return ({ user: name, ip, password, isExchange = false }) => {
    if (ip === undefined || !isAddress(ip) || isInNetworks(ip, allowed)) return undefined;
    const network = networkOfClient(ip);
    const user = canonicalOf(name);
    const [userMark, networkMark] = [mark('user', user), mark('network', network)];
    const byUser = (kind: Kind): SetName => ({ kind, id: userMark });
    return {
      network,
      networkMark,
      userMark,
      passwordMark: password === '' ? undefined : mark('password', user, password),
      isExchange,
      whole: mark('whole', user, network, password),
      sets: {
        wrong: { kind: 'wrong', id: mark('wrong', network, user) },
        users: { kind: 'users', id: networkMark },
        known: byUser('known'),
        former: byUser('former'),
        tried: byUser('tried'),
        told: byUser('told'),
      },
    };
  };
}
