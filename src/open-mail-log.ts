/** open-mail-log — follows the log of this host's Postfix, where the settings name one. */

import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Tally } from './base/tally.ts';
import type { Settings } from './config/settings.ts';
import { type Following, follow } from './follow/follow.ts';
import type { Bounces } from './policy/bounces/bounces.ts';

export function openMailLog(
  { mailLog: path }: Settings,
  bounces: Bounces | undefined,
  { clock, log, tally }: { readonly clock: Clock; readonly log: Log; readonly tally: Tally },
): Following | undefined {
  if (path === null || !bounces) return undefined;
  const [read, tooLong] = [tally.at('read'), tally.at('too_long')];
  return follow({
    path,
    clock,
    log,
    async take(lines, passed) {
      await bounces.take(lines);
      read.count += lines.length;
      tooLong.count += passed;
    },
  });
}
