/** demo — one mail through a real Postfix and a real Dovecot, and every question they ask dovetail.
 *
 * usage    npm run demo
 * needs    root and Debian's packages postfix, dovecot-imapd and dovecot-lmtpd; without them, a
 *          container engine, in which the same runs
 * exit     0 the mail was read by its recipient; 1 it was not, or nothing could be started
 *
 * Everything is in one temporary folder and on 127.0.0.1, and gone at the end. */

import { printable, reasonOf } from '../base/text.ts';
import { runInContainer } from './container.ts';
import { whatIsMissing } from './machine.ts';
import { createStage } from './stage.ts';
import { tell } from './story.ts';

async function main(): Promise<number> {
  const missing = await whatIsMissing();
  if (missing !== undefined) return runInContainer(missing);
  const stage = createStage();
  let interrupted = false;
  // Ctrl-C: the servers end and the folder goes, as after the last line.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
      void stage.clear().then(() => process.exit(1));
    });
  }
  try {
    await tell(stage);
    return 0;
  } catch (error) {
    if (interrupted) return 1;
    console.error(`\nThe demonstration failed: ${printable(reasonOf(error), 2000)}`);
    console.error(stage.lastWords());
    return 1;
  } finally {
    await stage.clear();
  }
}

process.exitCode = await main();
