/** counters — is somebody guessing passwords here? Counts wrong ones by network and user, and users by
 * network; never by user alone, which would let any stranger lock out an owner.
 *
 * A wrong password counts once, however often it comes: a phone that was not told the new one is no
 * attacker. A password that was right until recently does not count at all. A refused attempt is
 * not verified and so not counted: whoever waits for the window to pass is let in again.
 *
 * limits   what is in memory here is bounded; the marks are the store's (memory-store.ts, failover.ts)
 * bugs     users of one network are counted when their attempts end, not when they begin; turns.ts keeps those that run at
 *          once within the limit. Of exchanges, which the client may let last, as many as run at once may pass beyond it */

import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { andThen, type Soon } from '../../base/answer.ts';
import { type Clock, minutes, seconds } from '../../base/clock.ts';
import { madeOnce } from '../../base/made-once.ts';
import { type Counts, type Limits, pass, type Verdict, verdictOn } from './limits.ts';
import type { Mark, Marks, Store } from './marks.ts';
import { type Attempt, createNames, type Names } from './names.ts';
import { type Outlook, outlookOf } from './outlook.ts';
import { createTurns, type Failed, free, type Turn } from './turns.ts';

/** `wrong-nobody`: and there is no such user. `undecided`: nobody knows whether it was right, or it was
 * and something else spoke against it. */
export type Result = 'right' | 'wrong' | 'wrong-nobody' | 'undecided';

export interface Findings extends Outlook {
  readonly network: string;
  readonly limits: Limits;
}

export interface Counters {
  /** Before the password is looked at. Never rejects. */
  judge(attempt: Attempt): Soon<Verdict>;
  /** Once more, when it is about to be looked at: it waits where too many others of its network are looked at already. Never rejects. */
  turn(attempt: Attempt): Soon<Turn>;
  /** What became of it, if it was not refused. An empty password is one that the door never saw. Never rejects. */
  report(attempt: Attempt, result: Result): Soon<void>;
  /** What is known of this user and client; undefined where nothing is counted. Rejects when the marks
   * cannot be read. */
  explain(attempt: Omit<Attempt, 'password'>): Promise<Findings | undefined>;
  close(): void;
}

export interface CountersParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: Buffer;
  readonly allowed: readonly string[];
  readonly limits: Limits;
  /** One user had many wrong passwords, from wherever: at most once an hour and user. */
  readonly onBurst?: (user: string, wrong: number) => void;
}

const FAMILIAR = { judge: minutes(10), report: minutes(1) };
const BURST = { wrong: 20, quiet: minutes(60) };
/** An attempt whose end nobody reports is over after this. */
const UNDER_WAY = seconds(30);
/** Begins the mark of an exchange; no mark of a password begins so. */
const UNSEEN = 'unseen ';
const unseenMark = (): string => UNSEEN + randomUUID();

export function createCounters(parts: CountersParts): Counters {
  const { store, clock, limits, onBurst } = parts;
  // An attempt is judged, has its turn and is reported under the same names, which cost more than the rest.
  const namesOf = madeOnce(createNames(parts));
  const turns = createTurns(limits.users);
  /** Right just now, by user, network and password: the next connections of a mail program. */
  const familiar = new LRUCache<string, number>({ max: 20_000 });
  /** Passwords being verified, and exchanges that show none, by network and user: many at once shall not all find
   * a count of 0. */
  const underWay = new LRUCache<string, Map<string, number>>({ max: 20_000 });
  /** Of the marks, which several daemons share. */
  const time = (): number => clock.date().getTime();
  const since = (name: string): number => clock.now() - (familiar.get(name) ?? Number.NEGATIVE_INFINITY);

  /** By the time at which they are given up. What is over is forgotten. */
  function underWayOf({ sets }: Names): Map<string, number> {
    const those = underWay.get(sets.wrong.id) ?? new Map<string, number>();
    for (const [mark, until] of those) if (until <= clock.now()) those.delete(mark);
    return those;
  }

  function countsOf(
    names: Names,
    [wrong, users, known]: readonly Marks[],
    begun: Iterable<string>,
    ownMark?: string,
  ): Counts {
    const from = time() - limits.window;
    const passwords = new Set([...recent(wrong, from), ...begun]);
    if (ownMark !== undefined) passwords.delete(ownMark);
    const knownAt = known?.get(names.networkMark) ?? Number.NEGATIVE_INFINITY;
    return {
      passwords: passwords.size,
      users: recent(users, from).length,
      isKnown: time() - knownAt < limits.knownFor,
    };
  }

  function decide(names: Names, marks: readonly Marks[]): Verdict {
    const those = underWayOf(names);
    const begun = [...those.keys()];
    const all = verdictOn(countsOf(names, marks, begun, names.passwordMark), limits);
    if (all.kind === 'refuse') return all;
    const own = names.isExchange ? unseenMark() : names.passwordMark;
    if (own !== undefined) underWay.set(names.sets.wrong.id, those.set(own, clock.now() + UNDER_WAY));
    // A mail program opens several connections at once: who sends no password cannot show that it is the same one.
    const seen = begun.filter((mark) => !mark.startsWith(UNSEEN));
    return seen.length === begun.length
      ? all
      : verdictOn(countsOf(names, marks, seen, names.passwordMark), limits);
  }

  const readOf = ({ sets }: Names) => store.read([sets.wrong, sets.users, sets.known]);

  function isOver({ sets, passwordMark, isExchange }: Names): void {
    const those = underWay.get(sets.wrong.id);
    // Of exchanges one is as good as another.
    const own = isExchange
      ? [...(those?.keys() ?? [])].find((mark) => mark.startsWith(UNSEEN))
      : passwordMark;
    if (own !== undefined) those?.delete(own);
    if (those?.size === 0) underWay.delete(sets.wrong.id);
  }

  /** Who failed in his network, or that it is one of his own. */
  function failedWith({ sets, networkMark }: Names): Soon<Failed> {
    return andThen(store.read([sets.users, sets.known]), ([users, known]): Failed => {
      const knownAt = known?.get(networkMark) ?? Number.NEGATIVE_INFINITY;
      return time() - knownAt < limits.knownFor ? 'anybody' : new Set(recent(users, time() - limits.window));
    });
  }

  async function right(names: Names): Promise<void> {
    const { sets, networkMark, passwordMark } = names;
    isOver(names);
    if (passwordMark !== undefined) {
      if (since(names.whole) < FAMILIAR.report) return;
      familiar.set(names.whole, clock.now());
    }
    const renew = { at: time(), again: 'renew' } as const;
    const known = { ...renew, set: sets.known, mark: networkMark, keepFor: limits.knownFor, most: 32 };
    const former = { ...renew, set: sets.former, keepFor: limits.formerFor, most: 16 };
    await Promise.all([
      Promise.resolve(store.clear(sets.wrong)),
      Promise.resolve(store.add(known)),
      passwordMark === undefined ? undefined : Promise.resolve(store.add({ ...former, mark: passwordMark })),
    ]);
  }

  async function wrong(names: Names, user: string, isSomebody: boolean): Promise<void> {
    const { sets, passwordMark = randomUUID(), userMark } = names;
    familiar.delete(names.whole);
    const [former, known, tried, told] = await store.read([sets.former, sets.known, sets.tried, sets.told]);
    const at = time();
    const wasRightAt = former?.get(passwordMark) ?? Number.NEGATIVE_INFINITY;
    if (at - wasRightAt < limits.formerFor) return isOver(names);
    const isKnown = at - (known?.get(names.networkMark) ?? Number.NEGATIVE_INFINITY) < limits.knownFor;
    const once = { at, keepFor: limits.window, again: 'keep' } as const;
    const marks: Mark[] = [
      { ...once, set: sets.wrong, mark: passwordMark, most: limits.knownPasswords },
      ...(isKnown ? [] : [{ ...once, set: sets.users, mark: userMark, most: limits.users * 2 }]),
      ...(isSomebody ? [{ ...once, set: sets.tried, mark: passwordMark, most: BURST.wrong * 2 }] : []),
    ];
    await Promise.all(marks.map(async (mark) => store.add(mark)));
    isOver(names);
    const count = new Set([...recent(tried, at - limits.window), passwordMark]).size;
    if (!isSomebody || !onBurst || count < BURST.wrong) return;
    if (recent(told, at - BURST.quiet).length > 0) return;
    await store.add({ set: sets.told, mark: 'burst', at, keepFor: BURST.quiet, most: 1, again: 'renew' });
    onBurst(user, count);
  }

  return {
    judge(attempt) {
      const names = namesOf(attempt);
      if (!names || since(names.whole) < FAMILIAR.judge) return pass;
      const marks = readOf(names);
      return marks instanceof Promise ? marks.then((late) => decide(names, late)) : decide(names, marks);
    },
    turn(attempt) {
      const names = namesOf(attempt);
      if (!names || since(names.whole) < FAMILIAR.judge) return free;
      return turns.take(names.sets.users.id, names.userMark, () => failedWith(names));
    },
    async report(attempt, result) {
      const names = namesOf(attempt);
      if (!names) return;
      if (result === 'undecided') isOver(names);
      else if (result === 'right') await right(names);
      else await wrong(names, attempt.user, result === 'wrong');
    },
    async explain(attempt) {
      const names = namesOf({ ...attempt, password: '' });
      if (!names) return undefined;
      const [wrong, users, known] = await readOf(names);
      const { isKnown } = countsOf(
        names,
        [wrong, users, known].map((marks) => marks ?? new Map()),
        underWayOf(names).keys(),
      );
      const seen = { passwords: [...(wrong?.values() ?? [])], users: [...(users?.values() ?? [])], isKnown };
      return { network: names.network, limits, ...outlookOf(seen, limits, time()) };
    },
    close: () => store.close(),
  };
}

const recent = (marks: Marks | undefined, from: number): string[] =>
  [...(marks ?? [])].flatMap(([mark, at]) => (at > from ? [mark] : []));
