/** doors — every way for Dovecot to ask, as the contract suite tries it with each version. */

import { authWorker } from './auth-worker.ts';
import { checkpassword } from './checkpassword.ts';
import { dict } from './dict.ts';
import type { DoorContract } from './door.ts';
import { lua } from './lua.ts';
import { luaThenSql } from './lua-then-sql.ts';
import { sql } from './sql.ts';

export const doors: readonly DoorContract[] = [lua, checkpassword, sql, luaThenSql, authWorker, dict];
