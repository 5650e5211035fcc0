/** argon2 — ARGON2: any kind of it; Dovecot 2.4 and Stalwart have the name. See argon2-text.ts. */

import { argon2Text } from './argon2-text.ts';

export const argon2 = argon2Text('ARGON2', ['argon2d', 'argon2i', 'argon2id']);
