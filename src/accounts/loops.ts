/** loops — finds aliases that lead back to themselves, over any number of aliases and domains.
 *
 * The way of an address is the daemon's own rule, `locate` of lookup/resolve.ts, asked as if
 * everything were switched on: an alias that is off today would close the loop when it is
 * switched on again.
 *
 * limits   20,000 keys; a larger knot counts as none (the daemon's expansion has a limit too) */

import type { Address, CatchAll } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type { AddressFacts } from '../lookup/facts.ts';
import type { Asking, Location } from '../lookup/resolve.ts';
import type { Sql } from './change.ts';
import { createStructure, type Structure } from './structure.ts';

type Key = Address | CatchAll;
/** lookup/resolve.ts `locate` with its rules, handed in. */
export type Locate = (address: Address) => Asking<Location>;
/** The keys of a loop that mail for one of `starts` would run into, first key again at the end. */
export type FindLoop = (sql: Sql, starts: readonly Key[]) => Promise<readonly Key[] | undefined>;

const LIMIT = 20_000;

/** A key whose mail goes on, and where to. */
interface Knot {
  readonly key: Key;
  readonly destinations: readonly Address[];
}

export function createFindLoop(locate: Locate): FindLoop {
  return async function findLoop(sql, starts) {
    const facts = createStructure(sql);
    const knots = new Map<Key, Knot | undefined>();
    let wanted: readonly Key[] = starts;
    while (wanted.length > 0 && knots.size < LIMIT) {
      const found = await knotsAt(wanted, locate, facts);
      for (const [start, knot] of found) knots.set(start, knot);
      const next = new Set([...found.values()].flatMap((knot) => knot?.destinations ?? []));
      wanted = [...next].filter((to) => !knots.has(to));
    }
    return cycleFrom(starts, knots);
  };
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

/** Depth first; what was left without a loop is not entered again. */
function cycleFrom(starts: readonly Key[], knots: ReadonlyMap<Key, Knot | undefined>): Key[] | undefined {
  const left = new Set<Key>();
  const path: { key: Key; rest: Key[] }[] = [];
  const enter = (knot: Knot) => path.push({ key: knot.key, rest: [...knot.destinations] });
  for (const start of starts) {
    const first = knots.get(start);
    if (first && !left.has(first.key)) enter(first);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.rest.pop();
      const next = to && knots.get(to);
      if (to === undefined) left.add(path.pop()?.key as Key);
      if (!next || left.has(next.key)) continue;
      const at = path.findIndex(({ key }) => key === next.key);
      if (at >= 0) return [...path.slice(at).map(({ key }) => key), next.key];
      enter(next);
    }
  }
  return undefined;
}
