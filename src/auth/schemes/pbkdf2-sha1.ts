/** pbkdf2-sha1 — PBKDF2-SHA1: `rounds$salt$key`, as directory servers have it (389, FreeIPA,
 * OpenLDAP by passlib) and mailcow takes it over; see pbkdf2-text.ts. */

import { namedPbkdf2 } from './pbkdf2-text.ts';

export const pbkdf2Sha1 = namedPbkdf2('PBKDF2-SHA1', 'sha1');
