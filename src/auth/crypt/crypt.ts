/** crypt — crypt(3): the system's where it is, else JavaScript in worker threads. */

import { openLibcrypt } from './libcrypt.ts';
import { openWorkers } from './workers.ts';

/** The whole crypt(3) text of `phrase` under `setting`; undefined where crypt refuses the
 * setting or the phrase. `setting` is a crypt text itself: only its parameters and salt count. */
export type Crypt = (phrase: Buffer, setting: string) => Promise<string | undefined>;

let opening: Promise<Crypt> | undefined;

/** Opened by the first password that needs it: the daemon starts without it. */
export function openCrypt(): Promise<Crypt> {
  opening ??= openLibcrypt().then((crypt) => crypt ?? openWorkers());
  return opening;
}
