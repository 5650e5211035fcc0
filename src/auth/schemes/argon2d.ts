/** argon2d — ARGON2D, which Dovecot does not know, see argon2-text.ts. */

import { argon2Text } from './argon2-text.ts';

export const argon2d = argon2Text('ARGON2D', ['argon2d']);
