/** pbkdf2-sha256 — PBKDF2-SHA256: `rounds$salt$key`, as directory servers have it (389, FreeIPA,
 * OpenLDAP by passlib) and mailcow takes it over; see pbkdf2-text.ts. */

import { namedPbkdf2 } from './pbkdf2-text.ts';

export const pbkdf2Sha256 = namedPbkdf2('PBKDF2-SHA256', 'sha256');
