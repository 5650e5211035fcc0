/** facts — what the schema says about a login, in the shape in which the caches keep it.
 *
 * The views leave out what may not be used: an expired password is no credential, and a user
 * who may not use mail has neither credentials nor an account. */

import type { Account } from '../protocol/login.ts';

/** From `lookup_logins`, found by login name or by the mailbox's address. */
export interface LoginFacts {
  /** The login name itself, whatever name it was found by. */
  readonly username: string;
  /** May use mail. */
  readonly usable: boolean;
}

/** From `dovecot_auth`: one password of a user. */
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
}

/** From `dovecot_users`. */
export type AccountFacts = Account;
