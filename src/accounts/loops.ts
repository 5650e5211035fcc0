/** loops — finds aliases that lead back to themselves, over any number of aliases and domains.
 *
 * The way of an address is the daemon's own rule, `locate` of lookup/resolve.ts, asked as if
 * everything were switched on: an alias that is off today would close the loop when it is
 * switched on again.
 *
 * A loop is an address that its own mail reaches again, or an alias that it passes again and
 * again with ever longer extensions. Extensions travel along (`a+x` leads to `b+x`), so mail to
 * `a+x` may go round where mail to `a` does not: the search begins at all addresses with an
 * extension, too.
 *
 * limits   20,000 addresses; a larger knot counts as none (the daemon's expansion has a limit too) */

import type { Address, CatchAll } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type { AddressFacts } from '../lookup/facts.ts';
import type { Asking, Location } from '../lookup/resolve.ts';
import type { Sql } from './change.ts';
import { likeLiteral } from './paging.ts';
import { createStructure, type Structure } from './structure.ts';

type Key = Address | CatchAll;
/** lookup/resolve.ts `locate` with its rules, handed in. */
export type Locate = (address: Address) => Asking<Location>;
/** The keys of a loop that the changed ones take part in, the first of them again at the end. */
export type FindLoop = (sql: Sql, changed: readonly Key[]) => Promise<readonly Key[] | undefined>;

const LIMIT = 20_000;

/** A key whose mail goes on, and where to. */
interface Knot {
  readonly key: Key;
  readonly destinations: readonly Address[];
}

/** `delimiters` are those that `locate` knows. */
export function createFindLoop(locate: Locate, delimiters: string): FindLoop {
  return async function findLoop(sql, changed) {
    const extended = await extendedAddresses(sql, delimiters);
    const longest = extended.reduce((most, address) => Math.max(most, address.length), 0);
    const starts = [...changed, ...extended];
    const facts = createStructure(sql);
    const knots = new Map<Key, Knot | undefined>();
    let wanted: readonly Key[] = starts;
    while (wanted.length > 0 && knots.size < LIMIT) {
      const found = await knotsAt(wanted, locate, facts);
      for (const [start, knot] of found) knots.set(start, knot);
      const loop = cycleFrom(starts, knots, longest);
      if (loop) return beginningAt(changed, loop);
      const next = new Set([...found.values()].flatMap((knot) => knot?.destinations ?? []));
      wanted = [...next].filter((to) => !knots.has(to));
    }
    return undefined;
  };
}

/** Addresses of ours with an extension, as aliases or where aliases lead: only through one of them
 * does mail to `a+x` go another way than mail to `a`. Few, where they are written by people. */
async function extendedAddresses(sql: Sql, delimiters: string): Promise<Address[]> {
  const patterns = [...delimiters].map((each) => `_%${likeLiteral(each)}%@%`);
  const rows = await sql.rows<{ address: Address }>(
    `select alias_email as address
     from unified.email_aliases
     where alias_email like any ($1)
     union
     select a.destination_email
     from unified.email_aliases as a
     join unified.mail_domains as d on d.domain = unified.domain_of(a.destination_email)
     where a.destination_email like any ($1)`,
    [patterns],
  );
  return rows.map((row) => row.address);
}

function* knotAt(start: Key, locate: Locate): Asking<Knot | undefined> {
  if (start.startsWith('@')) {
    const { value } = (yield { about: 'address', key: start, hints: [] }) as Known<AddressFacts>;
    return value && { key: start, destinations: value.aliases.map((alias) => alias.destination) };
  }
  const location = yield* locate(start as Address);
  return location.kind === 'alias' ? location : undefined;
}

/** Runs the rule for all starts side by side, so that each round of questions is one query. */
async function knotsAt(
  starts: readonly Key[],
  locate: Locate,
  facts: Structure,
): Promise<Map<Key, Knot | undefined>> {
  const found = new Map<Key, Knot | undefined>();
  let open = starts.map((start) => {
    const asking = knotAt(start, locate);
    return { start, asking, step: asking.next() };
  });
  while (open.length > 0) {
    await facts.load(open.flatMap(({ step }) => (step.done ? [] : [step.value])));
    for (const walk of open) {
      while (!walk.step.done && facts.has(walk.step.value))
        walk.step = walk.asking.next(facts.of(walk.step.value));
      if (walk.step.done) found.set(walk.start, walk.step.value);
    }
    open = open.filter(({ step }) => !step.done);
  }
  return found;
}

/** Depth first; what was left without a loop is not entered again. An extension of more than
 * `longest` characters is that of no alias, so whatever passes with it passes by keys alone. */
function cycleFrom(
  starts: readonly Key[],
  knots: ReadonlyMap<Key, Knot | undefined>,
  longest: number,
): Key[] | undefined {
  const left = new Set<Key>();
  const path: { at: Key; key: Key; rest: Key[] }[] = [];
  const enter = (at: Key) => {
    const knot = left.has(at) ? undefined : knots.get(at);
    if (knot) path.push({ at, key: knot.key, rest: [...knot.destinations] });
  };
  for (const start of starts) {
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.rest.pop();
      const key = to && knots.get(to)?.key;
      const again = path.findIndex(
        (passed) => passed.at === to || (passed.key === key && extension(passed) > longest),
      );
      if (again >= 0) return oneRound(path.slice(again).map(({ key }) => key));
      if (to === undefined) left.add(path.pop()?.at as Key);
      else enter(to);
    }
  }
  return undefined;
}

/** How many characters an address has more than the alias that answers for it. */
const extension = ({ at, key }: { at: Key; key: Key }): number => at.lastIndexOf('@') - key.lastIndexOf('@');

/** The keys of one round: an extension that grows passes the same keys often. */
function oneRound([first, ...others]: readonly Key[]): Key[] {
  if (first === undefined) return [];
  const again = others.indexOf(first);
  return [first, ...(again < 0 ? others : others.slice(0, again))];
}

/** For people: from what they changed to where it comes back. */
function beginningAt(changed: readonly Key[], round: readonly Key[]): Key[] {
  const at = Math.max(
    0,
    round.findIndex((key) => changed.includes(key)),
  );
  return [...round.slice(at), ...round.slice(0, at), round[at] as Key];
}
