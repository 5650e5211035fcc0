/** kicks — tells one Dovecot whose sessions must end, and goes on telling while it does not answer.
 *
 * What arrives in one tick is one batch. A login that was under way when its password changed may
 * still become a session, or enter Dovecot's cache, after the first kick: so each is kicked once more
 * when no such login can be under way any longer. Who has come back with the new password is then
 * ended too, and comes again.
 *
 * limits   100 logins a batch, one batch at a time; 10,000 wait, of more the oldest are given up, and
 *          so is what could not be told for an hour */

import { type Clock, hours, type Instant, type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Doveadm, Revoked } from '../net/doveadm.ts';

export interface Kicks {
  /** `since`: when it was taken away, on our clock. */
  add(revoked: Revoked, since: Instant): void;
  waiting(): number;
  close(): void;
}

export interface KicksParts {
  readonly doveadm: Doveadm;
  /** Of which Dovecot; for the log. */
  readonly where: string;
  /** How long a login may be under way. */
  readonly againAfter: Milliseconds;
  /** Seconds from the change to the answer of the first kick. */
  readonly onKicked: (seconds: number) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly pauses?: readonly Milliseconds[];
  readonly maxWaiting?: number;
}

interface Waiting {
  readonly revoked: Revoked;
  readonly since: Instant;
  readonly isSecond: boolean;
}

const BATCH = 100;
const GIVE_UP_AFTER = hours(1);
const PAUSES: readonly Milliseconds[] = [100, 500, seconds(2), seconds(5), seconds(15)];

export function createKicks(parts: KicksParts): Kicks {
  const { doveadm, where, againAfter, onKicked, clock, log, pauses = PAUSES, maxWaiting = 10_000 } = parts;
  const queue = new Map<string, Waiting>();
  const comingAgain = new Set<NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;
  let isTelling = false;
  let failures = 0;
  let isClosed = false;

  function put(one: Waiting): void {
    const { login } = one.revoked;
    // The newest is the last to be given up.
    queue.delete(login);
    queue.set(login, one);
    const [oldest] = queue.keys();
    if (queue.size > maxWaiting && oldest !== undefined) giveUp(oldest, 'too many wait');
    if (!isTelling && failures === 0) timer ??= setTimeout(() => void tell(), 0);
  }

  function giveUp(login: string, why: string): void {
    queue.delete(login);
    log.error('revocation.given_up', { where, login, why });
  }

  async function tell(): Promise<void> {
    timer = undefined;
    isTelling = true;
    const batch = [...queue.values()].slice(0, BATCH);
    const { failed, why, notFlushed } = await doveadm.revoke(batch.map(({ revoked }) => revoked));
    isTelling = false;
    if (isClosed) return;
    if (notFlushed !== undefined) log.warn('revocation.not_flushed', { where, why: notFlushed });
    if (why !== undefined) log.warn('revocation.not_kicked', { where, logins: failed.length, why });
    settle(batch, new Set(failed));
    failures = failed.length > 0 ? failures + 1 : 0;
    const pause = failures === 0 ? 0 : (pauses[Math.min(failures, pauses.length) - 1] ?? 0);
    if (queue.size > 0) timer = setTimeout(() => void tell(), pause);
  }

  function settle(batch: readonly Waiting[], failed: ReadonlySet<string>): void {
    const now = clock.now();
    for (const one of batch) {
      const { login } = one.revoked;
      // Meanwhile it may have been revoked again.
      const isSame = queue.get(login) === one;
      if (!failed.has(login)) {
        if (isSame) queue.delete(login);
        if (!one.isSecond) kickAgain(one, now);
      } else if (isSame && now - one.since > GIVE_UP_AFTER) {
        giveUp(login, 'told in vain for an hour');
      } else if (isSame) {
        // Others first: what fails for ever must not stand in their way.
        queue.delete(login);
        queue.set(login, one);
      }
    }
  }

  function kickAgain(one: Waiting, now: Instant): void {
    onKicked((now - one.since) / 1000);
    const later = setTimeout(() => {
      comingAgain.delete(later);
      if (!queue.has(one.revoked.login)) put({ ...one, isSecond: true });
    }, againAfter);
    comingAgain.add(later.unref());
  }

  return {
    add: (revoked, since) => put({ revoked, since, isSecond: false }),
    waiting: () => queue.size,
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const later of comingAgain) clearTimeout(later);
    },
  };
}
