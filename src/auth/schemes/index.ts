/** schemes — the family of password hash schemes. A new one is one file and one line here, and
 * its name in the constraint `user_passwords_hash_scheme_known`. */

import { argon2id } from './argon2id.ts';
import { blfCrypt } from './blf-crypt.ts';
import type { Scheme } from './scheme.ts';
import { sha512Crypt } from './sha512-crypt.ts';
import { ssha256 } from './ssha256.ts';
import { ssha512 } from './ssha512.ts';

export const schemes: readonly Scheme[] = [argon2id, blfCrypt, sha512Crypt, ssha512, ssha256];
