/** token-login — who may log in by a token in place of a password: the answer is that of a password.
 *
 * A token says whose it is; a name that the client says too must be the same user's. What stands against
 * a user stands against his tokens, and so does what stands against his plain password: that it has
 * expired or must be changed first, and where it is good from. It is no plain password where app
 * passwords are demanded: it was made for one program, as they are.
 *
 * security a good token of an unknown user is `unknown`: who has it was sent by the issuer */

import { type Later, later, unreachable } from '../base/answer.ts';
import type { LoginRequest } from '../protocol/login.ts';
import type { Objection } from './admit.ts';
import type { Tokens } from './mechanisms/mechanism.ts';
import type { Admitted, Verified } from './verify.ts';

export interface TokenLoginParts {
  /** Undefined where no keys are set: then nothing is known of any token. */
  readonly tokens: Tokens | undefined;
  readonly admits: (user: string, ip: string | undefined) => Promise<Admitted | Objection>;
}

/** The token stands where a password would; an empty user is one that the client did not name. */
export type VerifyToken = (request: LoginRequest) => Promise<Verified>;

const badToken = { kind: 'mismatch', because: 'token' } as const;

export function createTokenLogin({ tokens, admits }: TokenLoginParts): VerifyToken {
  /** Whether the name that the client says is the owner's. */
  async function isOwner(name: string, owner: string, ip: string | undefined): Promise<boolean | Later> {
    if (name === '') return true;
    const named = await admits(name, ip);
    return named.kind === 'later' ? named : named.kind === 'ok' && named.account.user === owner;
  }

  return async ({ user, password: token, ip }) => {
    if (!tokens) return later('no keys are set (DOVETAIL_JWT_KEYS)');
    const verdict = await tokens.verify(token);
    if (verdict.kind === 'later') return verdict;
    if (verdict.kind === 'invalid') return badToken;
    const owner = await admits(verdict.user, ip);
    switch (owner.kind) {
      case 'ok': {
        const isHis = await isOwner(user, owner.account.user, ip);
        if (typeof isHis !== 'boolean') return isHis;
        const { expiresAt, scope } = verdict;
        return isHis ? { ...owner, token: { expiresAt, scope } } : badToken;
      }
      case 'unknown':
      case 'disabled':
      case 'mismatch':
      case 'later':
        return owner;
      default:
        return unreachable(owner);
    }
  };
}
