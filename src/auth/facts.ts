/** facts — what the schema says about a login, in the shape in which the caches keep it.
 *
 * The views leave out who may not be used: a user who may not use mail has neither credentials
 * nor an account. What stands against one of his passwords is told with it. */

import type { Domain } from '../base/address.ts';
import type { Account } from '../protocol/login.ts';

/** From `lookup_logins`, found by login name or by the mailbox's address. */
export interface LoginFacts {
  /** The login name itself, whatever name it was found by. */
  readonly username: string;
  /** The domain of his address, where the login name does not tell it. */
  readonly domain?: Domain;
  /** `users.id`. */
  readonly userId: string;
  /** May use mail. */
  readonly usable: boolean;
}

/** From `lookup_credentials`: one password of a user. */
export interface CredentialFacts {
  /** `user_passwords.id`. */
  readonly id: string;
  /** `dovecot` for every mail protocol, or one of them, or something that is no mail. */
  readonly service: string;
  /** `phone`, `laptop`; may be empty. */
  readonly label: string;
  /** `{SCHEME}text`. */
  readonly hash: string;
  /** Opens nothing until it is changed. */
  readonly mustChange: boolean;
  readonly isExpired: boolean;
  /** The plain password of a user who must use app passwords. */
  readonly isReplaced: boolean;
  /** Opens nothing until it is restored. */
  readonly isSuspended: boolean;
  /** When a suspension ended last, in any notation: what was counted before is forgiven. */
  readonly restoredAt: string | null;
  /** In CIDR notation; empty: it is good from anywhere. */
  readonly networks: readonly string[];
  /** When the password was changed last, in seconds since 1970, with decimals: another hash of it is no change. */
  readonly changedAt: string;
}

/** From `dovecot_users`. */
export type AccountFacts = Account;
