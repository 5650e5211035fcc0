/** address-model — where mail goes, as a plain recursion over the entries of an address book: the
 * judge of the daemon's rules and of the views. It shares no code with either. */

import type { Entries } from './address-book.ts';

export type Hit = { mailbox: string } | { to: string[]; box: boolean } | 'refused' | undefined;

function at(entries: Entries, where: string, tag: string): Hit {
  const box = entries.mailboxes?.[where];
  const rows = entries.aliases?.[where] ?? [];
  if (box && box !== true && box.usable === false) return 'refused';
  const live = rows.filter((row) => !row.startsWith('-'));
  const tagged = (to: string) => (tag ? to.replace('@', `${tag}@`) : to);
  if (live.length > 0) return { to: live.map(tagged), box: box !== undefined };
  if (box) return { mailbox: tagged(where) };
  return rows.length > 0 ? 'refused' : undefined;
}

export function find(entries: Entries, asked: string, seen: string[] = []): Hit | 'elsewhere' {
  const [l, d] = asked.split('@') as [string, string];
  const plus = l.indexOf('+');
  const hit =
    at(entries, asked, '') ?? (plus > 0 ? at(entries, `${l.slice(0, plus)}@${d}`, l.slice(plus)) : undefined);
  if (hit) return hit;
  const facts = entries.domains?.[d];
  if (!facts) return seen.length === 0 ? 'elsewhere' : undefined;
  if (facts.usable === false) return 'refused';
  if (facts.type === 'relay') return 'elsewhere';
  if (facts.type === 'alias' && facts.target && facts.target !== d && !seen.includes(facts.target)) {
    const there = find(entries, `${l}@${facts.target}`, [...seen, d]);
    if (there) return there;
  }
  return at(entries, `@${d}`, '');
}

export interface Walk {
  readonly targets: Set<string>;
  readonly seen: Set<string>;
  loop: boolean;
}

/** Where all destinations of an alias end. */
export function follow(entries: Entries, asked: string, hit: { to: string[]; box: boolean }): Walk {
  const walk = { targets: new Set<string>(), seen: new Set([asked]), loop: false };
  descend(entries, asked, hit, [asked], walk);
  return walk;
}

function descend(
  entries: Entries,
  from: string,
  hit: { to: string[]; box: boolean },
  path: string[],
  walk: Walk,
) {
  const own = hit.box ? hit.to.find((to) => isSelf(entries, from, to)) : undefined;
  if (own) walk.targets.add(own);
  for (const to of hit.to) {
    if (to === own) continue;
    if (path.includes(to)) walk.loop = true;
    if (walk.seen.has(to)) continue;
    walk.seen.add(to);
    const next = find(entries, to);
    if (next === 'elsewhere') walk.targets.add(to);
    else if (next && next !== 'refused' && 'mailbox' in next) walk.targets.add(next.mailbox);
    else if (next && next !== 'refused') descend(entries, to, next, [...path, to], walk);
  }
}

/** Does `to`, as it stands after tagging, name the mailbox at which `from` was found? */
function isSelf(entries: Entries, from: string, to: string): boolean {
  const [l, d] = from.split('@') as [string, string];
  const plus = l.indexOf('+');
  for (let domainHere: string | undefined = d, hops = 0; domainHere && hops < 3; hops += 1) {
    if (at(entries, `${l}@${domainHere}`, '')) return to === `${l}@${domainHere}`;
    if (plus > 0 && at(entries, `${l.slice(0, plus)}@${domainHere}`, l.slice(plus)))
      return to === `${l}@${domainHere}`;
    domainHere = entries.domains?.[domainHere]?.target;
  }
  return false;
}
