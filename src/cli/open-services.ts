/** open-services — the daemon's own answers for a command, asked of the database each time.
 *
 * Nobody listens for changes here, so nothing in memory is trusted. What cannot be found out ends
 * the command with exit code 75, as the daemon would answer `later`. */

import { reasonOf } from '../base/text.ts';
import type { Services } from '../services.ts';
import { CommandFailed, failure, type World } from './command.ts';

export async function openServices(world: World, what: string): Promise<Services> {
  const settings = await world.settings();
  const { url } = await openOrLater(world, what);
  const [{ createServices }, { openCertificateFolder }] = await Promise.all([
    import('../services.ts'),
    import('../config/certificate-folder.ts'),
  ]);
  const certificateFile = openCertificateFolder(settings);
  const services = createServices({ settings, url, clock: world.clock, log: world.log, certificateFile });
  world.atEnd(() => services.close());
  return services;
}

async function openOrLater(world: World, what: string): Promise<{ readonly url: string }> {
  try {
    return await world.openDatabase();
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw couldNotFindOut(what, reasonOf(error));
  }
}

/** What the daemon says meanwhile is its protocol's temporary failure: mail waits, nothing bounces. */
export const couldNotFindOut = (what: string, why: string): CommandFailed =>
  failure({ what, why: `could not find out: ${why}`, advice: 'mend that, then ask again', code: 75 });
