/** entries — what people entered for the maps that have no rule of their own, and where to look for it.
 *
 * One fact holds what all maps say about a key, so that the second map which Postfix asks about an
 * address is answered from memory. Passwords are facts apart, which few maps may ask for. */

import type { Known } from '../database/facts.ts';
import type { EntryFacts } from './facts.ts';
import type { Asking, Rules } from './resolve.ts';

export interface Entry {
  /** The key that matched. */
  readonly key: string;
  readonly value: string;
}

export interface Wanted {
  readonly map: string;
  /** The first that the map has decides. */
  readonly keys: readonly string[];
  /** Its values are for Postfix alone: no step of an explanation shows them. */
  readonly isSecret?: boolean | undefined;
}

/** Undefined: the map has none of the keys. */
export function* entryOf({ map, keys, isSecret }: Wanted, { note }: Rules): Asking<Entry | undefined> {
  const about = isSecret ? 'secret' : 'entry';
  for (const key of keys) {
    const { value: facts } = (yield { about, key, hints: keys }) as Known<EntryFacts>;
    const value = facts?.[map];
    note?.(key, value === undefined ? 'no entry' : isSecret ? 'an entry, not shown' : value);
    if (value !== undefined) return { key, value };
  }
  return undefined;
}
