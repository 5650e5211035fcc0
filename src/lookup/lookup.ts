/** lookup — answers Postfix's maps by name: what socketmap, `dovetail lookup` and tests call. */

import type { Answer, Soon } from '../base/answer.ts';
import type { Book } from './book.ts';
import type { Memory } from './memory.ts';
import type { Rules } from './resolve.ts';
import { tables } from './tables/index.ts';

export interface Lookup {
  /** The names of all maps, in the order of the family. */
  readonly maps: readonly string[];
  has(map: string): boolean;
  /** The answer to one key, at once if all facts are in memory. Never throws or rejects for
   * want of a database. An unknown map is a bug of the caller: ask `has` first. */
  answer(map: string, key: string): Soon<Answer<string>>;
  /** Some fact changed, or changes are no longer heard: no answer is kept. */
  forget(): void;
}

export interface LookupParts {
  readonly book: Book;
  readonly rules: Rules;
  /** One for each map; without it every answer is made anew. */
  readonly createMemory?: () => Memory;
}

export function createLookup({ book, rules, createMemory }: LookupParts): Lookup {
  const byName = new Map(tables.map((table) => [table.name, { table, memory: createMemory?.() }]));
  return {
    maps: tables.map((table) => table.name),
    has: (map) => byName.has(map),
    answer(map, key) {
      const found = byName.get(map);
      if (!found) throw new Error(`no such map: ${map}`);
      const { table, memory } = found;
      return (
        memory?.recall(key) ??
        book.answer(table.answer(key, rules), (answer, until) => memory?.keep(key, answer, until))
      );
    },
    forget() {
      for (const { memory } of byName.values()) memory?.forget();
    },
  };
}
