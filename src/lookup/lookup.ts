/** lookup — answers Postfix's maps by name: what socketmap, `dovetail lookup` and tests call. */

import type { Answer, Soon } from '../base/answer.ts';
import type { Instant } from '../base/clock.ts';
import type { Book } from './book.ts';
import type { Rules } from './resolve.ts';
import { tables } from './tables/index.ts';

export interface Lookup {
  /** The names of all maps, in the order of the family. */
  readonly maps: readonly string[];
  has(map: string): boolean;
  /** The answer to one key, at once if all facts are in memory; `onTrusted` is then told until
   * when it holds, if no change is announced before. Never throws or rejects for want of a
   * database. An unknown map is a bug of the caller: ask `has` first. */
  answer(map: string, key: string, onTrusted?: (until: Instant) => void): Soon<Answer<string>>;
}

export function createLookup({ book, rules }: { book: Book; rules: Rules }): Lookup {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return {
    maps: [...byName.keys()],
    has: (map) => byName.has(map),
    answer(map, key, onTrusted) {
      const table = byName.get(map);
      if (!table) throw new Error(`no such map: ${map}`);
      return book.answer(table.answer(key, rules), table.isDated ? undefined : onTrusted);
    },
  };
}
