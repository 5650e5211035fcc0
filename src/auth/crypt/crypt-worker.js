/** crypt-worker — runs in the threads of workers.ts; the build copies it beside the bundle.
 * Plain JavaScript: a worker thread loads it without any loader. */

import bcrypt from 'bcryptjs';
import { encrypt } from 'unixcrypt';
import { bsdiCrypt, desCrypt } from './des-crypt.js';
import { md5Crypt } from './md5-crypt.js';
import { sha1Crypt } from './sha1-crypt.js';

/** @param {{ phrase: string, setting: string }} task */
export function crypt({ phrase, setting }) {
  if (setting.startsWith('$2')) return bcrypt.hashSync(phrase, setting.slice(0, '$2b$05$'.length + 22));
  if (/^\$[56]\$/.test(setting)) return encrypt(phrase, withoutDigest(setting));
  if (setting.startsWith('$1$')) return md5Crypt(Buffer.from(phrase), setting);
  if (setting.startsWith('$sha1$')) return sha1Crypt(Buffer.from(phrase), setting);
  if (setting.startsWith('_')) return bsdiCrypt(Buffer.from(phrase), setting);
  if (/^[./A-Za-z0-9]{2}/.test(setting)) return desCrypt(Buffer.from(phrase), setting);
  return undefined;
}

/** `$6$rounds=5000$salt` of a whole text, and of a setting that ends in `$` already.
 * @param {string} setting */
function withoutDigest(setting) {
  return setting.slice(0, setting.lastIndexOf('$'));
}
