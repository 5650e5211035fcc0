/** delays — attempts that wait a moment before they are verified.
 *
 * Who waits here holds a place in a mail server too: one of the 30 workers of Dovecot's auth, a
 * process of Postfix. So few wait at once, and fewer of one network; when more come they do not
 * wait at all: the limits hold without the delays. */

import type { LoginRequest } from '../../protocol/login.ts';
import { networkOfClient } from './names.ts';

export interface Delays {
  /** Resolves when the time is over, when nobody hears the answer any more, or at the end of all waiting. */
  wait(seconds: number, request: Pick<LoginRequest, 'ip' | 'audience'>): Promise<void>;
  /** Nobody waits, now and from now on: the daemon ends, and answers what it was asked. */
  end(): void;
}

interface Waiter {
  readonly network: string;
  wake(): void;
}

export function createDelays({ atOnce = 10, ofNetwork = 4 } = {}): Delays {
  const waiters = new Set<Waiter>();
  let isOver = false;

  function isFull(network: string): boolean {
    if (waiters.size >= atOnce) return true;
    return [...waiters].filter((one) => one.network === network).length >= ofNetwork;
  }

  return {
    async wait(seconds, { ip, audience }) {
      const network = ip === undefined ? '' : networkOfClient(ip);
      if (isOver || audience?.isGone || isFull(network)) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          audience?.offLeave(wake);
          waiters.delete(waiter);
          resolve();
        };
        const timer = setTimeout(wake, seconds * 1000);
        const waiter = { network, wake };
        audience?.onLeave(wake);
        waiters.add(waiter);
      });
    },
    end() {
      isOver = true;
      for (const { wake } of waiters) wake();
    },
  };
}
