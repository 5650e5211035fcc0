/** readiness — tells systemd how the daemon is: READY=1, WATCHDOG=1, STOPPING=1, STATUS=….
 *
 * source   sd_notify(3), systemd-notify(1)
 * limits   one short process a notice; none at all where NOTIFY_SOCKET is not set
 * bugs     Node has no unix datagrams, so `systemd-notify` sends it: the unit needs NotifyAccess=all */

import { execFile } from 'node:child_process';
import { monotonicMicroseconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';

export type Notice =
  | 'READY=1'
  | 'RELOADING=1'
  | `MONOTONIC_USEC=${bigint}`
  | 'STOPPING=1'
  | 'WATCHDOG=1'
  | `STATUS=${string}`;

/** From this moment on until the next READY=1; Type=notify-reload demands the moment. */
export const reloading = (): readonly Notice[] => [
  'RELOADING=1',
  `MONOTONIC_USEC=${monotonicMicroseconds()}`,
];

/** Resolves when the notices are sent. Never rejects: a failure is a log line. */
export type Notify = (...notices: readonly Notice[]) => Promise<void>;

export interface NotifierParts {
  /** The value of NOTIFY_SOCKET. */
  readonly socket: string | undefined;
  readonly log: Log;
}

export function createNotifier({ socket, log }: NotifierParts): Notify {
  if (!socket) return async () => {};
  const options = { env: { NOTIFY_SOCKET: socket, PATH: '/usr/bin:/bin' }, timeout: 5000 };
  return (...notices) =>
    new Promise((resolve) => {
      execFile('systemd-notify', [...notices], options, (error) => {
        if (error) log.warn('net.notify', { why: reasonOf(error) });
        resolve();
      });
    });
}
