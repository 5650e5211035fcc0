/** The commands of `dovetail`: one file a command, one line here, in the order of `--help`. */

import { access } from './access.ts';
import { alias } from './alias.ts';
import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { certificate } from './certificate.ts';
import type { CommandFile } from './command.ts';
import { config } from './config.ts';
import { domain } from './domain.ts';
import { explain } from './explain.ts';
import { greylist } from './greylist.ts';
import { limit } from './limit.ts';
import { lookup } from './lookup.ts';
import { manager } from './manager.ts';
import { map } from './map.ts';
import { migrate } from './migrate.ts';
import { password } from './password.ts';
import { policy } from './policy.ts';
import { quota } from './quota.ts';
import { role } from './role.ts';
import { sender } from './sender.ts';
import { serve } from './serve.ts';
import { srs } from './srs.ts';
import { user } from './user.ts';

export const commands: readonly CommandFile[] = [
  serve,
  migrate,
  domain,
  user,
  alias,
  password,
  quota,
  limit,
  role,
  sender,
  manager,
  map,
  access,
  greylist,
  policy,
  srs,
  certificate,
  audit,
  lookup,
  explain,
  auth,
  config,
];
