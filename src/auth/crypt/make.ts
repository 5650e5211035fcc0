/** make — a new crypt(3) text with a salt of its own. */

import { saltText } from '../../base/random.ts';
import { openCrypt } from './crypt.ts';

/** `setting` gets the maker of salts of so many characters, and gives what crypt(3) is to go by.
 * Rejects where this system's crypt(3) refuses the setting or the password. */
export async function makeCrypt(
  password: Buffer,
  setting: (salt: (length: number) => string) => string,
): Promise<string> {
  const crypt = await openCrypt();
  const text = password.includes(0) ? undefined : await crypt(password, setting(saltText));
  if (text === undefined) throw new Error('crypt(3) makes no hash of this password');
  return text;
}
