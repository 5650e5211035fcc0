/** table — the shape of a Postfix map: its name and the rule that answers a key.
 *
 * A new map is a new file here and one line in index.ts. The name is the Postfix parameter's
 * own, as in `socketmap:unix:…/socketmap.sock:virtual_alias_maps`. */

import type { Answer } from '../../base/answer.ts';
import type { Asking, Rules } from '../resolve.ts';

export interface Table {
  readonly name: string;
  /** One line for people: what Postfix learns from it. */
  readonly words: string;
  /** What Postfix sends as key for a recipient or sender: the address, or its domain only. */
  readonly asks: 'address' | 'domain';
  /** The answer to one full key, as Postfix sends it. A found value is never empty. */
  answer(key: string, rules: Rules): Asking<Answer<string>>;
}
