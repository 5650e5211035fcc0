/** revocation — who may no longer log in as he did, is forgotten here and ended in Dovecot, at once.
 *
 * Woken by NOTIFY dovetail_events, it reads unified.session_revocations from the last id seen. What is
 * cached of these logins is dropped first (NOTIFY dovetail_changes of the same commit has done that,
 * usually): whoever is kicked and comes back must find nobody who remembers him.
 *
 * limits   begins with what is new when it first listens; nobody kicks for the time without a daemon.
 *          A transaction that commits ten minutes after it wrote its event may be overlooked.
 *          Without the database nothing is read: that is made up for when it is back, for an hour. */

import { type Clock, type Instant, type Milliseconds, minutes, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createHistogram, type Distribution } from '../base/tally.ts';
import { reasonOf } from '../base/text.ts';
import type { Database } from '../database/connection.ts';
import {
  newestRevocation,
  REVOCATIONS_PAGE,
  type RevocationRow,
  revocations,
} from '../database/revocations.ts';
import type { Doveadm } from '../net/doveadm.ts';
import { kickMaskOf } from './kick-mask.ts';
import { createKicks } from './kicks.ts';

export interface Revocation {
  /** There may be something new. */
  wake(): void;
  readonly counts: {
    dropped(): Distribution;
    kicked(): Distribution;
    waiting(): number;
  };
  close(): void;
}

export interface RevocationParts {
  readonly database: Pick<Database, 'rows'>;
  /** While this is false nothing is read: the schema is not known to fit. */
  readonly mayRead: () => boolean;
  readonly forget: (names: readonly string[]) => void;
  readonly forgetEverything: () => void;
  /** By the name of each Dovecot. */
  readonly doveadms: Readonly<Record<string, Doveadm>>;
  /** How long a login may be under way. */
  readonly againAfter: Milliseconds;
  readonly clock: Clock;
  readonly log: Log;
}

/** Seconds: the goal is 50 ms in the median, and 1 s at the worst. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];
const ASK_AGAIN_AFTER = seconds(1);
const SEEN_FOR = minutes(10);
const MAX_SEEN = 10_000;

export function createRevocation(parts: RevocationParts): Revocation {
  const { database, mayRead, forget, forgetEverything, clock, log } = parts;
  const dropped = createHistogram(BOUNDS);
  const kicked = createHistogram(BOUNDS);
  const kicks = Object.entries(parts.doveadms).map(([where, doveadm]) =>
    createKicks({ ...parts, doveadm, where, onKicked: kicked.observe }),
  );
  /** Everything up to it is seen. */
  let floor: string | undefined;
  const seen = new Map<string, Instant>();
  let retry: NodeJS.Timeout | undefined;
  let isReading = false;
  let isAwake = false;
  let isClosed = false;

  async function read(): Promise<void> {
    if (!mayRead()) throw new Error('the schema is not known to fit yet');
    if (floor === undefined) {
      const [newest] = await database.rows<{ id: string }>(newestRevocation, []);
      floor = newest?.id ?? '0';
      return;
    }
    // Those that were seen are read again: a transaction that began earlier commits a lower id after higher ones.
    for (let from: string | undefined = floor; from !== undefined && !isClosed; ) from = await readPage(from);
  }

  /** The id after which the next page begins, if there may be one. */
  async function readPage(from: string): Promise<string | undefined> {
    const asked = clock.now();
    const rows = await database.rows<RevocationRow>(revocations, [from]);
    // The database's clock says how old it is, ours how long we took: the two need not agree.
    for (const row of rows.filter(({ id }) => !seen.has(id))) revoke(row, asked - row.age * 1000);
    raiseFloor();
    return rows.length < REVOCATIONS_PAGE ? undefined : rows.at(-1)?.id;
  }

  function revoke({ id, login, email }: RevocationRow, since: Instant): void {
    seen.set(id, clock.now());
    // A user may be named `*@example.org`, and has an address.
    const isDomain = email === null && login.startsWith('*@');
    const names = isDomain ? [] : [...new Set([login, email ?? login])];
    if (isDomain) forgetEverything();
    else forget(names);
    dropped.observe(Math.max(0, clock.now() - since) / 1000);
    const mask = isDomain ? login : kickMaskOf(login);
    for (const queue of kicks) queue.add({ login: mask, names }, since);
  }

  /** What is old need not be read again. It was seen in another order than that of the ids. */
  function raiseFloor(): void {
    const old = clock.now() - SEEN_FOR;
    for (const [id, at] of seen) {
      if (at > old && seen.size <= MAX_SEEN) return;
      seen.delete(id);
      if (floor === undefined || BigInt(id) > BigInt(floor)) floor = id;
    }
  }

  async function readAll(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      while (isAwake && !isClosed) {
        isAwake = false;
        await read();
      }
    } catch (error) {
      if (!isClosed) log.warn('revocation.later', { why: reasonOf(error) });
      clearTimeout(retry);
      if (!isClosed) retry = setTimeout(wake, ASK_AGAIN_AFTER).unref();
    } finally {
      isReading = false;
    }
  }

  function wake(): void {
    isAwake = true;
    void readAll();
  }

  return {
    wake,
    counts: {
      dropped: dropped.read,
      kicked: kicked.read,
      waiting: () => kicks.reduce((sum, queue) => sum + queue.waiting(), 0),
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
      for (const queue of kicks) queue.close();
    },
  };
}
