/** follow — the lines of a log as they are written, through its rotations.
 *
 * Begins at its end; a file that was not there when we came, or took the place of another, at its beginning. One that was
 * renamed is read on for a while: who writes it may not have heard of that (rsyslog does by a signal).
 *
 * limits   one rotation between two looks, which are half a second apart; what is written between a copy and the truncation of the file (copytruncate) is lost, and one that has grown
 *          beyond its old size by the next look is not known to have been emptied
 * bugs     a line without an end in a file that is left is lost */

import { stat } from 'node:fs/promises';
import { type Clock, type Instant, type Milliseconds, minutes } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { openTail, type Tail, type Take } from './tail.ts';

export interface FollowerParts {
  readonly path: string;
  /** One call at a time. */
  readonly take: Take;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Follower {
  /** Takes what is new; one call at a time. Never rejects. */
  look(): Promise<void>;
  /** Whether the file of this name is open. */
  isReading(): boolean;
  /** At once, in the middle of a look too. */
  close(): Promise<void>;
}

/** How long a file that was renamed is read on. */
const LEAVE_AFTER = minutes(1);

export function createFollower({ path, take, clock, log }: FollowerParts): Follower {
  let current: Tail | undefined;
  let left: readonly { readonly tail: Tail; readonly until: Instant }[] = [];
  let wasMissing = false;
  let isClosed = false;
  /** What was told last; empty: that it is read. */
  let trouble: string | undefined;

  function tell(why: string): void {
    if (trouble === why) return;
    trouble = why;
    if (why === '') log.info('mail_log.followed', { path });
    else log.warn('mail_log.unread', { path, why, advice: adviceFor(why) });
  }

  async function look(): Promise<void> {
    await readAll();
    const file = await stat(path);
    if (current?.is(file)) return tell('');
    if (!file.isFile()) return tell('it is no regular file');
    const opened = await openTail(path, current || wasMissing ? 'begin' : 'end');
    if (isClosed) return opened.close();
    if (current) left = [...left, { tail: current, until: clock.now() + LEAVE_AFTER }];
    current = opened;
    wasMissing = false;
    tell('');
    await readAll();
  }

  /** The older first. */
  async function readAll(): Promise<void> {
    try {
      for (const { tail } of left) await tail.readOn(take);
      await current?.readOn(take);
    } catch (error) {
      // Nobody knows how far it was read: what comes next is read from the end.
      await closeAll();
      throw error;
    }
    const over = left.filter(({ until }) => until <= clock.now());
    left = left.filter((one) => !over.includes(one));
    await Promise.all(over.map(({ tail }) => tail.close()));
  }

  async function closeAll(): Promise<void> {
    const open = [...left.map(({ tail }) => tail), ...(current ? [current] : [])];
    left = [];
    current = undefined;
    await Promise.all(open.map((tail) => tail.close()));
  }

  return {
    look: () =>
      look().catch((error: unknown) => {
        if (isClosed) return;
        const isMissing = codeOf(error) === 'ENOENT';
        wasMissing ||= isMissing;
        // Renamed, and the next one is not there yet.
        if (isMissing && current) return;
        tell(isMissing ? NO_FILE : reasonOf(error));
      }),
    isReading: () => current !== undefined && trouble === '',
    close() {
      isClosed = true;
      return closeAll();
    },
  };
}

const NO_FILE = 'there is no such file';

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

function adviceFor(why: string): string {
  if (why === NO_FILE)
    return 'it is waited for; where only journald has the log, see docs/stolen-passwords.md';
  if (/^E(?:ACCES|PERM)/u.test(why))
    return 'let the user of this service read it, with a group (adm) or setfacl';
  return 'name the file that Postfix logs to';
}

export interface Following extends Pick<Follower, 'isReading' | 'close'> {}

/** Looks again and again. */
export function follow(parts: FollowerParts, every: Milliseconds = 500): Following {
  const follower = createFollower(parts);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  async function goOn(): Promise<void> {
    await follower.look();
    if (isClosed) return;
    timer = setTimeout(() => {
      looking = goOn();
    }, every);
  }
  let looking = goOn();
  return {
    isReading: follower.isReading,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await follower.close();
      await looking;
    },
  };
}
