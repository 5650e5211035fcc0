/** turns — how many users of one network are compared at once: no more than may still fail before the network is refused.
 *
 * Users are counted when they have failed, for an office whose programs all come back at once must not be refused. So that
 * many at once do not pass before the first is counted, those beyond the limit wait until one is through, and then
 * are let in, or refused. It is what they would do among the hashes anyway, of which a few are computed at once.
 *
 * limits   of this process: several daemons may let in as many more */

import { andThen, type Soon } from '../../base/answer.ts';

export type Turn =
  /** `over` is called once, when what came of it is counted. */
  { readonly kind: 'go'; readonly over: () => void } | { readonly kind: 'refused' };

/** Who of a network has failed, by his mark; `anybody`: it is not asked who else did. */
export type Failed = ReadonlySet<string> | 'anybody';

export interface Turns {
  /** `failed` is asked again after each wait. */
  take(network: string, user: string, failed: () => Soon<Failed>): Soon<Turn>;
}

interface Network {
  /** How often each is compared now. */
  readonly users: Map<string, number>;
  readonly waiting: (() => void)[];
}

/** Where there is nothing to wait for. */
export const free: Turn = { kind: 'go', over: () => undefined };

export function createTurns(most: number): Turns {
  const networks = new Map<string, Network>();

  function next(name: string): void {
    const network = networks.get(name);
    network?.waiting.shift()?.();
    if (network?.users.size === 0 && network.waiting.length === 0) networks.delete(name);
  }

  function enter(name: string, { users }: Network, user: string): Turn {
    users.set(user, (users.get(user) ?? 0) + 1);
    const over = (): void => {
      const others = (users.get(user) ?? 1) - 1;
      if (others > 0) users.set(user, others);
      else users.delete(user);
      next(name);
    };
    return { kind: 'go', over };
  }

  function take(name: string, user: string, failed: () => Soon<Failed>, isWoken: boolean): Soon<Turn> {
    return andThen(failed(), (those): Soon<Turn> => {
      const isCounted = those === 'anybody' || those.has(user);
      if (isCounted || those.size >= most) {
        // The place for which he was woken is another's.
        if (isWoken) next(name);
        return isCounted ? free : { kind: 'refused' };
      }
      const network: Network = networks.get(name) ?? { users: new Map(), waiting: [] };
      networks.set(name, network);
      const uncounted = [...network.users.keys()].filter((one) => !those.has(one));
      if (network.users.has(user) || those.size + uncounted.length < most) return enter(name, network, user);
      const { waiting } = network;
      const woken = new Promise<void>((wake) => (isWoken ? waiting.unshift(wake) : waiting.push(wake)));
      return woken.then(() => take(name, user, failed, true));
    });
  }

  return { take: (name, user, failed) => take(name, user, failed, false) };
}
