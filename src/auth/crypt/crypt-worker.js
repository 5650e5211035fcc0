/** crypt-worker — runs in the threads of workers.ts; the build copies it beside the bundle.
 * Plain JavaScript: a worker thread loads it without any loader. */

import bcrypt from 'bcryptjs';
import { encrypt } from 'unixcrypt';

/** @param {{ phrase: string, setting: string }} task */
export function crypt({ phrase, setting }) {
  if (setting.startsWith('$2')) return bcrypt.hashSync(phrase, setting.slice(0, '$2b$05$'.length + 22));
  if (setting.startsWith('$6$')) return encrypt(phrase, setting.slice(0, setting.lastIndexOf('$')));
  return undefined;
}
