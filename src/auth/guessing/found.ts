/** found — what the guard knows of a user and a client, as it is told to people and over HTTP. */

import type { Counters } from './counters.ts';
import type { Verdict, Why } from './limits.ts';

export type Found =
  | { readonly kind: 'off' }
  /** The client is let through, or its address is none. */
  | { readonly kind: 'uncounted' }
  | {
      readonly kind: 'counted';
      readonly network: string;
      readonly is_known: boolean;
      readonly wrong_passwords: number;
      readonly users: number;
      /** From so many on it is refused. */
      readonly limits: { readonly passwords: number; readonly users: number };
      readonly verdict: Verdict['kind'];
      /** Which of the counters it is, of a refusal. */
      readonly why: Why | null;
      readonly since: string | null;
      readonly until: string | null;
      readonly shadow: boolean;
    };

const timeOf = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

export async function foundIn(
  counters: Counters | undefined,
  isShadow: boolean,
  client: { readonly user: string; readonly ip: string },
): Promise<Found> {
  if (!counters) return { kind: 'off' };
  const findings = await counters.explain(client);
  if (!findings) return { kind: 'uncounted' };
  const { network, isKnown, passwords, users, verdict, since, until, limits } = findings;
  return {
    kind: 'counted',
    network,
    is_known: isKnown,
    wrong_passwords: passwords,
    users,
    limits: { passwords: isKnown ? limits.knownPasswords : limits.passwords, users: limits.users },
    verdict: verdict.kind,
    why: verdict.kind === 'refuse' ? verdict.why : null,
    since: timeOf(since),
    until: timeOf(until),
    shadow: isShadow,
  };
}
