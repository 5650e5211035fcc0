/** login-name — the one form of a login name or address, by whatever name it was asked for.
 *
 * limits   320 characters, none of them a control character: no name has more, and PostgreSQL takes no NUL */

import { canonicalOf } from '../base/address.ts';

const MAX_NAME = 320;
// biome-ignore lint/suspicious/noControlCharactersInRegex: no login name has one
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The canonical key of a login or a mailbox; undefined for what can be neither. */
export function parseLoginName(user: string): string | undefined {
  if (user.length === 0 || user.length > MAX_NAME || CONTROL.test(user)) return undefined;
  return canonicalOf(user);
}
