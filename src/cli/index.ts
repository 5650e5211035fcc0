/** The commands of `dovetail`: one file a command, one line here, in the order of `--help`. */

import type { CommandFile } from './command.ts';
import { config } from './config.ts';
import { serve } from './serve.ts';

export const commands: readonly CommandFile[] = [serve, config];
