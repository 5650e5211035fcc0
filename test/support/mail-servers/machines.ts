/** machines — where the mail servers of both generations are: Debian 12 is this machine, with Dovecot
 * 2.3 and Postfix 3.7; Debian 13, with 2.4 and 3.10, is a folder that scripts/debian-13.sh makes. */

import { join } from 'node:path';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { type DovecotPart, type Machine, THIS_MACHINE, whatIsMissing } from '../../../src/demo/machine.ts';

const CACHE = process.env.DOVETAIL_TEST_CACHE ?? '/var/cache/dovetail-test';

export const machines: Readonly<Record<DovecotVersion, Machine>> = {
  '2.3': THIS_MACHINE,
  '2.4': { dovecot: '2.4', root: join(CACHE, 'debian-13') },
};

/** Whether tests with this Dovecot can run here. In CI they must; elsewhere they are skipped, loudly. */
export async function canRunDovecot(
  version: DovecotVersion,
  parts: readonly DovecotPart[],
  what = `the tests with a real Postfix and Dovecot ${version}`,
): Promise<boolean> {
  const missing = await whatIsMissing(machines[version], parts);
  if (missing === undefined) return true;
  if (process.env.CI) throw new Error(`${what} cannot run: ${missing}`);
  console.warn(`\n*** SKIPPED: ${what}: ${missing} ***\n`);
  return false;
}
