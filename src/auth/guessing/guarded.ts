/** guarded — no door verifies a password that the guard against guessing did not let through.
 *
 * A refused attempt is answered `mismatch` at once, as a wrong password, and is not verified: a right
 * guess then tells nothing. Of a password that was right from here a moment ago nothing is counted, and
 * nobody asked (familiar.ts). A delayed one waits before it is verified (delays.ts), so it holds no place
 * among the hashes; if nobody waits for its answer any more it is not verified, and so is no guess. */

import { andThen, type Later, later, type Soon, unreachable } from '../../base/answer.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { printable } from '../../base/text.ts';
import type { LoginRequest } from '../../protocol/login.ts';
import type { Handed } from '../hand-out.ts';
import type { Logins, Recalls, Verified } from '../verify.ts';
import type { Counters, Result } from './counters.ts';
import type { Delays } from './delays.ts';
import { createFamiliar } from './familiar.ts';
import type { Verdict } from './limits.ts';
import { free } from './turns.ts';

export interface Guard {
  readonly counters: Counters;
  readonly delays: Delays;
  /** Says in the log what it would have done, and does nothing. */
  readonly isShadow: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const refusal = (): Verified => ({ kind: 'mismatch', because: 'guessing' });
const gone = later('the client has gone');

export function guarded({ recall, ...logins }: Logins & Recalls, guard: Guard): Logins {
  const { counters, delays, isShadow, clock, log } = guard;
  const familiar = createFamiliar(clock);

  async function afterDelay<T>(
    request: LoginRequest,
    seconds: number,
    go: () => Soon<T>,
  ): Promise<T | Later> {
    await delays.wait(seconds, request);
    if (!request.audience?.isGone) return go();
    tell(request, 'undecided');
    return gone;
  }

  function act<T>(
    request: LoginRequest,
    verdict: Verdict,
    go: () => Soon<T>,
    refused: () => Soon<T>,
  ): Soon<T | Later> {
    if (verdict.kind === 'pass') return go();
    const about = { user: printable(request.user), ip: printable(request.ip ?? '') };
    if (isShadow) {
      log.info('guessing.shadow', { ...about, verdict: verdict.kind });
      return go();
    }
    if (verdict.kind === 'delay') return afterDelay(request, verdict.seconds, go);
    log.info('guessing.refused', { ...about, why: verdict.why });
    return refused();
  }

  function afterwards<T>(request: LoginRequest, go: () => Soon<T>, refused: () => Soon<T>): Soon<T | Later> {
    const verdict = counters.judge(request);
    if (verdict instanceof Promise) return verdict.then((late) => act(request, late, go, refused));
    return act(request, verdict, go, refused);
  }

  const tell = (request: LoginRequest, result: Result, then = (): void => undefined): void =>
    void andThen(counters.report(request, result), then);

  /** What becomes of it is counted before another one of its network takes its turn. */
  function verifyInTurn(request: LoginRequest, verify: () => Soon<Verified>): Soon<Verified> {
    return andThen(isShadow ? free : counters.turn(request), (turn): Soon<Verified> => {
      if (turn.kind === 'refused') {
        tell(request, 'undecided');
        return act(request, { kind: 'refuse', why: 'users' }, refusal, refusal);
      }
      if (!request.audience?.isGone) return verifyAndTell(request, verify, turn.over);
      tell(request, 'undecided', turn.over);
      return gone;
    });
  }

  function verifyAndTell(
    request: LoginRequest,
    verify: () => Soon<Verified>,
    over: () => void,
  ): Soon<Verified> {
    const told = (verified: Verified): Verified => {
      tell(request, resultOf(verified), over);
      if (verified.kind === 'ok' && verified.credential) familiar.add(request, verified.credential);
      return verified;
    };
    const verified = verify();
    if (!(verified instanceof Promise)) return told(verified);
    return verified.then(told, (error: unknown) => {
      tell(request, 'undecided', over);
      throw error;
    });
  }

  return {
    ...logins,
    verify(request) {
      // Never right, and so no guess.
      if (request.password === '') return logins.verify(request);
      const recalled = recall(request);
      if (recalled && familiar.has(request, recalled.credential)) return recalled;
      const verify = () => logins.verify(request);
      return afterwards(request, () => verifyInTurn(request, verify), refusal);
    },
    async verifyToken(request) {
      const verify = () => logins.verifyToken(request);
      if (request.user !== '') return afterwards(request, () => verifyInTurn(request, verify), refusal);
      // Whose it is shows when it was verified: nobody guesses one.
      const verified = await verify();
      const user = verified.kind === 'ok' ? verified.account.user : '';
      tell({ ...request, user }, resultOf(verified));
      return verified;
    },
    credential(request, scheme) {
      // Without a scheme a mail server of ours compares, and has its own guard (auth policy).
      if (scheme === undefined || request.isProven) return logins.credential(request, scheme);
      const asked = { ...request, password: '' };
      const look = () => logins.credential(request, scheme);
      const begin = async (): Promise<Handed> => {
        const handed = await look();
        if (handed.kind === 'later') tell(asked, 'undecided');
        return handed;
      };
      return afterwards(asked, request.isExchange ? begin : look, async () => hidden(await look()));
    },
    decided(request, verified) {
      logins.decided(request, verified);
      // The counters never let it begin: its end is not that of another.
      if (verified.kind === 'mismatch' && verified.because === 'guessing') return;
      // No two proofs are alike, so each wrong one counts.
      tell({ ...request, password: '', isExchange: true }, resultOf(verified));
    },
  };
}

/** Nothing is proved by it, and it shows the same salt as ever. */
function hidden(handed: Handed): Handed {
  if (handed.kind === 'later') return handed;
  const nothing = { kind: 'unknown', because: 'guessing' } as const;
  return handed.hash === undefined ? nothing : { ...nothing, hash: handed.hash };
}

/** A right password to which something else objects is no guess, and no success either. */
function resultOf(verified: Verified): Result {
  switch (verified.kind) {
    case 'ok':
      return 'right';
    case 'unknown':
      return 'wrong-nobody';
    case 'mismatch':
      // Perhaps there is no such user: a bad token says nothing of its owner.
      if (verified.because === 'token') return 'wrong-nobody';
      return verified.because === undefined ? 'wrong' : 'undecided';
    case 'disabled':
      return verified.because === 'user' ? 'wrong' : 'undecided';
    case 'later':
      return 'isGuess' in verified ? 'wrong' : 'undecided';
    default:
      return unreachable(verified);
  }
}
