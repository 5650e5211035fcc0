/** watchdog — shows systemd, again and again, that the event loop turns: else it starts us anew.
 *
 * Each notice is given after a whole turn of the loop, input included, so a daemon that spins or
 * hangs gives none.
 *
 * source   sd_watchdog_enabled(3): twice as often as WATCHDOG_USEC demands */

import type { Milliseconds } from '../base/clock.ts';
import { afterNextPoll } from './after-poll.ts';
import type { Notify } from './readiness.ts';

/** How often the process `pid` must be heard; undefined when nobody waits for it. */
export function watchdogEvery(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): Milliseconds | undefined {
  const { WATCHDOG_USEC: span = '', WATCHDOG_PID: whose } = env;
  if (!/^[1-9]\d{0,15}$/.test(span) || (whose !== undefined && whose !== String(pid))) return undefined;
  return Number(span) / 1000 / 2;
}

/** Begins now; returns the end of it. */
export function feedWatchdog(every: Milliseconds, notify: Notify): () => void {
  let isUnderWay = false;
  const feed = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    await new Promise<void>(afterNextPoll);
    await notify('WATCHDOG=1');
    isUnderWay = false;
  };
  const timer = setInterval(() => void feed(), every);
  timer.unref();
  return () => clearInterval(timer);
}
