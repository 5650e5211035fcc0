/** journal — what greylisting has seen, on its way into the database, where all nodes read it.
 *
 * Nobody waits for it. What is seen in a second is one transaction, and what is the same is one entry. While it
 * cannot be written it is kept, up to a limit, and the rule is told: who is not remembered must not wait.
 * Once an hour what has ended is removed, and of too many entries those that would end first.
 *
 * limits   10,000 entries wait; a million are kept, which is some 300 MB with their indexes */

import { type Clock, hours, type Instant, type Milliseconds, seconds } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Database } from '../../database/connection.ts';
import { purgeGreylist, recordGreylist } from '../../database/greylist.ts';
import type { Keyed } from './keys.ts';

export interface GreylistJournal {
  record(seen: Keyed, passes: 0 | 1, keepFor: Milliseconds): void;
  /** Why what is recorded does not get into the database; undefined: it does. */
  trouble(): string | undefined;
  /** Writes what there is, for two seconds at most. Never rejects. */
  close(): Promise<void>;
}

export interface GreylistJournalParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly mayWrite: () => boolean;
  /** These keys are in the database now, as they were not before. */
  readonly onWritten: (keys: readonly string[]) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly every?: Milliseconds;
  readonly purgeEvery?: Milliseconds;
  readonly most?: number;
}

interface Entry extends Keyed {
  readonly at: Instant;
  passes: number;
  keepFor: Milliseconds;
}

const FAREWELL = seconds(2);
const MAX_WAITING = 10_000;

export function createGreylistJournal(parts: GreylistJournalParts): GreylistJournal {
  const { database, mayWrite, onWritten, clock, log } = parts;
  const { every = seconds(1), purgeEvery = hours(1), most = 1_000_000 } = parts;
  let entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let why: string | undefined;
  let isClosed = false;
  const purging = setInterval(() => void purge(), purgeEvery).unref();

  function record(seen: Keyed, passes: 0 | 1, keepFor: Milliseconds): void {
    put(entries, { ...seen, at: clock.now(), passes, keepFor });
    timer ??= setTimeout(flush, every);
  }

  function flush(): void {
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      // In trouble an empty batch tells when it is over: nobody records meanwhile.
      if ((entries.size > 0 || why !== undefined) && !isClosed) timer ??= setTimeout(flush, every);
    });
  }

  async function writeAll(): Promise<void> {
    const batch = entries;
    entries = new Map();
    try {
      if (!mayWrite()) throw new Error('the schema is not known to fit yet');
      await database.transaction((sql) => sql.rows(recordGreylist, [rowsOf(batch, clock.now())]));
      onWritten([...batch.keys()]);
      if (why !== undefined) log.info('greylist.back');
      why = undefined;
    } catch (error) {
      if (why === undefined) log.warn('greylist.away', { why: reasonOf(error) });
      why = reasonOf(error);
      // What the database does not take now it will not take later either, and all the rest would wait.
      if (isRefusal(error)) return;
      for (const entry of entries.values()) put(batch, entry);
      entries = batch;
    }
  }

  async function purge(): Promise<void> {
    if (!mayWrite()) return;
    try {
      const [row] = await database.transaction((sql) => sql.rows<{ purged: number }>(purgeGreylist, [most]));
      if (row && row.purged > 0) log.info('greylist.purged', { entries: row.purged });
    } catch (error) {
      log.warn('greylist.not_purged', { why: reasonOf(error) });
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(timer);
    clearInterval(purging);
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, FAREWELL);
    });
    await Promise.race([writeTheRest(), late]);
    clearTimeout(patience);
  }

  async function writeTheRest(): Promise<void> {
    await writing;
    if (entries.size > 0) await writeAll();
  }

  return { record, trouble: () => why, close };
}

/** Of what is the same the earlier counts; past the limit it is as if it had not been seen. */
function put(entries: Map<string, Entry>, entry: Entry): void {
  const same = entries.get(entry.key);
  if (same) {
    // A triplet that two questions find due at once has passed once.
    same.passes = entry.kind === 'triplet' ? Math.max(same.passes, entry.passes) : same.passes + entry.passes;
    same.keepFor = Math.max(same.keepFor, entry.keepFor);
  } else if (entries.size < MAX_WAITING) entries.set(entry.key, entry);
}

const rowsOf = (entries: ReadonlyMap<string, Entry>, now: Instant): string =>
  JSON.stringify(
    [...entries.values()].map(({ at, keepFor, ...entry }) => ({
      ...entry,
      age: (now - at) / 1000,
      keep: keepFor / 1000,
    })),
  );

/** Data that does not fit: SQLSTATE classes 22 and 23. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^2[23]/u.test(`${error.code as string}`);
