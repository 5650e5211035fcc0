/** usage — how much of his limits a user has used, for people. */

import type { CredentialFacts } from '../../auth/facts.ts';
import { type Later, later } from '../../base/answer.ts';
import type { Fact, FactCache } from '../../database/facts.ts';
import type { Counts, Use } from './charge.ts';
import type { Limit, LimitFacts } from './limit.ts';
import { counterOf, homeOf, nameOf } from './order.ts';
import { type Password, passwordOf } from './sent-by.ts';

/** Times in seconds. */
export interface UsedLimit {
  readonly by: Limit['by'];
  /** `alice@example.org`, `password 17 (phone) of alice@example.org`. */
  readonly whose: string;
  readonly counter: Limit['counter'];
  readonly within: number;
  readonly used: number;
  readonly limit: number;
  /** Until one more fits; 0: it does. */
  readonly frees: number;
  readonly over: 'waits' | 'refused' | 'suspends';
}

export type Usage =
  | { readonly kind: 'usage'; readonly user: string; readonly limits: readonly UsedLimit[] }
  | { readonly kind: 'unknown' }
  | Later;

export interface UsageParts {
  readonly limits: FactCache<LimitFacts>;
  readonly credentials: FactCache<readonly CredentialFacts[]>;
  readonly counts: Pick<Counts, 'uses'>;
  /** Whether a mail log tells this daemon of bounces; what others have counted is shown all the same. */
  readonly hearsBounces: boolean;
}

/** By login name or address. Never rejects for want of a database. */
export function createUsageOf(parts: UsageParts): (user: string) => Promise<Usage> {
  const { limits, credentials, counts, hearsBounces } = parts;
  return async (user) => {
    const facts = await factOf(limits, user);
    if (facts.kind === 'later') return facts;
    if (!facts.value) return { kind: 'unknown' };
    const { login, domain } = facts.value;
    const passwords = await factOf(credentials, login);
    if (passwords.kind === 'later') return passwords;
    // The last is for what is sent with a password that is not known.
    const each = [...(passwords.value ?? []).map(passwordOf), undefined];
    const whose = (password: Password | undefined) => ({
      user: login,
      credential: nameOf(login, password),
      domain,
      network: '',
    });
    const counters = facts.value.limits
      .filter(({ by }) => by !== 'network')
      .flatMap((limit) =>
        (limit.by === 'credential' ? each : [undefined]).map((password) => ({
          limit,
          whose: whose(password)[limit.by],
          counter: counterOf(limit, whose(password), password),
        })),
      );
    const uses = await counts.uses(
      homeOf(login, facts.value),
      counters.map(({ counter }) => counter),
    );
    const used = counters.map(({ limit, whose: of }, n) => usedLimit(limit, of, uses[n]));
    const isTold = ({ counter, used }: UsedLimit) => counter !== 'bounces' || hearsBounces || used > 0;
    return { kind: 'usage', user: login, limits: used.filter(isTold) };
  };
}

function usedLimit(limit: Limit, whose: string, { used, freesIn }: Use = { used: 0, freesIn: 0 }): UsedLimit {
  return {
    ...{ by: limit.by, whose, counter: limit.counter, within: limit.window / 1000 },
    ...{ used: Math.round(used), limit: limit.max, frees: Math.ceil(freesIn / 1000) },
    over: limit.suspends ? 'suspends' : limit.isPermanent ? 'refused' : 'waits',
  };
}

async function factOf<V>(cache: FactCache<V>, key: string): Promise<Fact<V>> {
  return cache.peek(key) ?? (await cache.load([key])).get(key) ?? later('no fact was loaded');
}
