/** readiness — can the daemon answer from the database right now, and if not, why not?
 *
 * Answers from memory may go on while this says no: it is for people and load balancers.
 *
 * limits   one probe of the database a second, however often it is asked */

import { type Clock, type Instant, seconds } from './base/clock.ts';
import { reasonOf } from './base/text.ts';
import type { Database } from './database/connection.ts';
import { domainFacts } from './database/lookups.ts';

export interface Readiness {
  /** Why not; empty is ready. Never rejects. */
  reasons(): Promise<readonly string[]>;
  /** What the last `reasons` said. */
  wasReady(): boolean;
  /** From now on it never is. */
  drain(): void;
}

export interface ReadinessParts {
  readonly database: Pick<Database, 'rows'>;
  /** The schema is known to fit. */
  readonly fits: () => boolean;
  readonly clock: Clock;
}

const PROBE_EVERY = seconds(1);

export function createReadiness({ database, fits, clock }: ReadinessParts): Readiness {
  let isDraining = false;
  let wasReady = false;
  let probe: { readonly at: Instant; readonly why: Promise<string | undefined> } | undefined;

  /** A lookup of no key at all: it needs the connection, the statement and its view. */
  async function ask(): Promise<string | undefined> {
    try {
      await database.rows(domainFacts, [[]]);
      return undefined;
    } catch (error) {
      return `the database does not answer: ${reasonOf(error)}`;
    }
  }

  return {
    async reasons() {
      const now = clock.now();
      if (!probe || now - probe.at >= PROBE_EVERY) probe = { at: now, why: ask() };
      const database = await probe.why;
      const reasons = [
        ...(isDraining ? ['the daemon is about to end'] : []),
        ...(database === undefined ? [] : [database]),
        ...(fits() ? [] : ['the schema is not known to fit']),
      ];
      wasReady = reasons.length === 0;
      return reasons;
    },
    wasReady: () => wasReady,
    drain() {
      isDraining = true;
    },
  };
}
