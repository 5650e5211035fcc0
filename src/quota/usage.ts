/** usage — what mailboxes use, on its way into the database.
 *
 * Dovecot reports a total (`is`) or a difference (`adds`). Reports of one user and kind are one: the
 * newest total wins, differences are summed. All users that are due are one statement, and a user is
 * due once a second at most: what is reported meanwhile waits and is written with the next.
 *
 * Whoever reports hears of it when it is written, so that nothing is lost that was said to be safe:
 * what a crash takes with it was not yet answered. After `patience` he hears `uncertain`: it is kept
 * and tried again, but nobody promises. Dovecot reports totals anew with the next change, so a
 * report that is lost in the end makes the usage late and not wrong for ever. What the database refuses
 * of many users is refused alone: one may be removed while he reports.
 *
 * Two totals of one user may come in any order (two deliveries at once). The database knows when the one came
 * that it has, and takes no older one: so it may come through another daemon, or late. Of whom two came
 * close together `onUnsure` hears (recount.ts).
 *
 * limits   `maxWaiting` users at once; a further one hears `refused` at once
 * bugs     a difference that is `uncertain` and reported again counts twice, until the next total */

import type { Clock, Instant, Milliseconds } from '../base/clock.ts';
import { seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { writePiecemeal } from '../database/piecemeal.ts';
import {
  add,
  addAll,
  type DatedReport,
  nothingYet,
  type Recorded,
  type Report,
  type Waiting,
} from './waiting.ts';

export interface Usage {
  /** Everything that one user reports at once. Never rejects. */
  record(login: string, reports: readonly Report[]): Promise<Recorded>;
  readonly counts: UsageCounts;
  /** Writes what there is, for two seconds at most. Never rejects. */
  close(): Promise<void>;
}

export interface UsageCounts {
  reports: number;
  /** Statements, and the users in them. */
  writes: number;
  written: number;
  failures: number;
}

export interface UsageParts {
  /** One transaction; of whom the newest total may not be the newest. Rejects when the database did not do it. */
  readonly write: (reports: readonly DatedReport[]) => Promise<readonly string[]>;
  /** Hears of them, and of those whose totals were one before they were written. */
  readonly onUnsure?: (logins: Iterable<string>) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly every?: Milliseconds;
  readonly patience?: Milliseconds;
  readonly maxWaiting?: number;
}

const FAREWELL = seconds(2);
/** Many users in one statement are cheap, all of a large host in one would be slow. */
const AT_ONCE = 5_000;
/** Who comes next shares the statement of who comes now. */
const GATHERING = 20;

export function createUsage(parts: UsageParts): Usage {
  const { write, clock, log, onUnsure, every = seconds(1), patience = seconds(2) } = parts;
  const { maxWaiting = 100_000 } = parts;
  const counts: UsageCounts = { reports: 0, writes: 0, written: 0, failures: 0 };
  const waiting = new Map<string, Waiting>();
  /** When a user may be written again. */
  const notBefore = new Map<string, Instant>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let away = false;
  let isClosing = false;

  function record(login: string, reports: readonly Report[]): Promise<Recorded> {
    counts.reports += 1;
    let user = waiting.get(login);
    if (!user) {
      if (waiting.size >= maxWaiting)
        return Promise.resolve({ kind: 'refused', why: 'too many wait to be written' });
      user = nothingYet();
      waiting.set(login, user);
    }
    const at = clock.now();
    for (const report of reports) add(user, { ...report, at });
    wakeIn(GATHERING);
    return answerOf(user.told);
  }

  /** Who has lost his patience is not kept in mind, however long the database stays away. */
  function answerOf(told: Waiting['told']): Promise<Recorded> {
    return new Promise((resolve) => {
      const tell = (recorded: Recorded): void => {
        clearTimeout(impatient);
        resolve(recorded);
      };
      const impatient = setTimeout(() => {
        told.delete(tell);
        resolve({ kind: 'uncertain', why: 'the database has not taken it yet' });
      }, patience);
      told.add(tell);
    });
  }

  function wakeIn(span: Milliseconds): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing ??= writeDue().finally(() => {
        writing = undefined;
        if (waiting.size > 0 && !isClosing) wakeIn(away ? every : GATHERING);
      });
    }, span);
  }

  async function writeDue(): Promise<void> {
    const now = clock.now();
    for (const [login, at] of notBefore) if (at <= now) notBefore.delete(login);
    const batch = new Map<string, Waiting>();
    for (const [login, user] of waiting) {
      if (batch.size >= AT_ONCE) break;
      if (notBefore.has(login) && !isClosing) continue;
      batch.set(login, user);
      waiting.delete(login);
      notBefore.set(login, now + every);
    }
    if (batch.size > 0) await writeBatch(batch);
  }

  async function writeBatch(batch: ReadonlyMap<string, Waiting>): Promise<void> {
    const { left, refused, error } = await writePiecemeal([...batch], writePiece);
    const isTaken = left.length === 0 && refused.length === 0;
    if (error !== undefined) counts.failures += 1;
    if (away && isTaken) log.info('usage.back');
    if (!away && !isTaken) log.warn('usage.away', { why: reasonOf(error) });
    away = !isTaken;
    // What the database does not take now it will not take later either, and all the rest would wait.
    for (const [, { told }] of refused)
      for (const tell of told) tell({ kind: 'refused', why: reasonOf(error) });
    putBack(left);
  }

  async function writePiece(piece: readonly (readonly [login: string, user: Waiting])[]): Promise<void> {
    const unsure = await write(piece.flatMap(([, { reports }]) => [...reports.values()]));
    counts.writes += 1;
    counts.written += piece.length;
    for (const [, { told }] of piece) for (const tell of told) tell({ kind: 'written' });
    onUnsure?.(unsure);
    onUnsure?.(piece.flatMap(([login, { isUnsure }]) => (isUnsure ? [login] : [])));
  }

  /** What came meanwhile is newer. */
  function putBack(batch: readonly (readonly [login: string, user: Waiting])[]): void {
    for (const [login, user] of batch) {
      const newer = waiting.get(login);
      if (newer) addAll(user, newer);
      waiting.set(login, user);
    }
  }

  async function close(): Promise<void> {
    isClosing = true;
    clearTimeout(timer);
    let patienceEnds: NodeJS.Timeout | undefined;
    const farewell = new Promise<void>((resolve) => {
      patienceEnds = setTimeout(resolve, FAREWELL);
    });
    await Promise.race([drain(), farewell]);
    clearTimeout(patienceEnds);
  }

  async function drain(): Promise<void> {
    await writing;
    for (let before = -1; waiting.size > 0 && waiting.size !== before; ) {
      before = waiting.size;
      await writeDue();
    }
  }

  return { record, counts, close };
}
