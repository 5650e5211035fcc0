/** argon2i — ARGON2I, see argon2-text.ts. */

import { argon2Text } from './argon2-text.ts';

export const argon2i = argon2Text('ARGON2I', ['argon2i']);
