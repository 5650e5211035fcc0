/** mechanism — what a SASL mechanism must offer; one file a mechanism beside this one.
 *
 * source   RFC 4422; the flags are those of Dovecot's auth protocol (protocols/auth-client.md)
 * security every refusal looks the same to the client, whatever its kind: the kind is for counts */

import type { Found, Later, Soon } from '../../base/answer.ts';
import type { Audience } from '../../base/audience.ts';
import type { LoginOutcome, LoginRequest } from '../../protocol/login.ts';
import type { Handed } from '../hand-out.ts';
import type { Verified } from '../verify.ts';

/** What the server knows of the client before it says anything. */
export interface Client {
  /** `smtp`, `imap`, …: lower case; empty if not told. */
  readonly protocol: string;
  readonly ip: string | undefined;
  /** The pid of the mail server's process that serves him; undefined if not told. */
  readonly servedBy?: string | undefined;
  /** Gone when the exchange is cancelled, or the connection at its end. */
  readonly audience?: Audience;
}

export type Step =
  /** The client is asked for more. */
  | { readonly kind: 'challenge'; readonly data: Buffer }
  /** `user` is the canonical login name; `proof` is what the client must be shown in the end. */
  | { readonly kind: 'ok'; readonly user: string; readonly proof?: Buffer }
  | { readonly kind: 'refused'; readonly why: Refusal }
  | Later;

/** `malformed`: it was no message of this mechanism. `token`: it was no token that is good here. */
export type Refusal = 'unknown' | 'mismatch' | 'disabled' | 'malformed' | 'token';

export interface Exchange {
  /** The client's next message, without its base64; undefined is no initial response. All mechanisms speak text:
   * other bytes come to none. */
  step(message: string | undefined): Soon<Step>;
}

export type TokenVerdict =
  /** `user` is what the token calls its owner; nothing is known yet of such a user. */
  | { readonly kind: 'ok'; readonly user: string; readonly expiresAt: number; readonly scope: string }
  /** `why` is for the log. */
  | { readonly kind: 'invalid'; readonly why: string }
  | Later;

export interface MechanismServices {
  verify(request: LoginRequest): Soon<LoginOutcome>;
  /** The token is where a password would be; without a user the client named none. */
  verifyToken(request: LoginRequest): Promise<Verified>;
  credential(request: LoginRequest, scheme: string): Soon<Handed>;
  /** What became of a proof that the mechanism compared. */
  decided(request: LoginRequest, verified: Verified): void;
  /** Bytes that nobody can guess. */
  nonce(): Buffer;
  /** The same bytes each time for one name, at all daemons of a database, which nobody else can compute. */
  pseudorandom(name: string): Soon<Found<Buffer> | Later>;
}

export interface Tokens {
  /** Never rejects. */
  verify(token: string): Promise<TokenVerdict>;
}

export interface Mechanism {
  readonly name: string;
  readonly flags: readonly ('plaintext' | 'mutual-auth')[];
  /** Offered only where tokens can be verified. */
  readonly needsTokens?: true;
  begin(client: Client, services: MechanismServices): Exchange;
}

export const refused = (why: Refusal): Step => ({ kind: 'refused', why });
export const challenge = (data: string | Buffer): Step => ({ kind: 'challenge', data: Buffer.from(data) });

/** The step that an outcome of auth/ means. */
export function stepOf(outcome: LoginOutcome): Step {
  if (outcome.kind === 'ok') return { kind: 'ok', user: outcome.account.user };
  return outcome.kind === 'later' ? outcome : refused(outcome.kind);
}
