/** doors — the ways in which a generated dovecot.conf can ask; the first is the usual one. */

import { authWorker } from './auth-worker.ts';
import { checkpassword } from './checkpassword.ts';
import { dict } from './dict.ts';
import type { Door } from './door.ts';
import { lua } from './lua.ts';
import { sql } from './sql.ts';

export const doors: readonly Door[] = [lua, checkpassword, sql, authWorker, dict];
