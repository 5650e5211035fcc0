/** table — the shape of a Postfix map: its name and the rule that answers a key.
 *
 * A new map is a new file here and one line in index.ts. The name is the Postfix parameter's
 * own, as in `socketmap:unix:…/socketmap.sock:virtual_alias_maps`. */

import { type Answer, absent, found } from '../../base/answer.ts';
import { entryOf } from '../entries.ts';
import type { KeyForm } from '../keys.ts';
import type { Asking, Rules } from '../resolve.ts';
import type { ValueForm } from '../values.ts';

export interface Table {
  readonly name: string;
  /** One line for people: what Postfix learns from it. */
  readonly words: string;
  /** What Postfix sends as key: the address of a recipient or sender, its domain only, or something
   * about another host, which no address tells. */
  readonly asks: 'address' | 'domain' | 'host';
  /** The values are passwords or private keys: for Postfix alone, over a socket with permissions. */
  readonly isSecret?: true;
  /** The answer depends on the day too: no reply is remembered. */
  readonly isDated?: true;
  /** Only of a map that people fill entry by entry. */
  readonly entries?: EntryForm;
  /** The answer to one full key, as Postfix sends it. A found value is never empty. */
  answer(key: string, rules: Rules): Asking<Answer<string>>;
}

/** What people may enter, and where it is looked for. */
export interface EntryForm {
  readonly keys: KeyForm;
  readonly values: ValueForm;
}

/** A map that holds what people entered, and nothing else. */
export function entryTable(parts: Omit<Table, 'answer'> & { readonly entries: EntryForm }): Table {
  const { name: map, entries, isSecret } = parts;
  return {
    ...parts,
    *answer(key, rules) {
      const keys = entries.keys.keysFor(key, rules.delimiters);
      const entry = yield* entryOf({ map, keys, isSecret }, rules);
      return entry ? found(entry.value) : absent;
    },
  };
}
