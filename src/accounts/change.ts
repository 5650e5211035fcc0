/** change — one change of accounts: one transaction, one row in the audit log.
 *
 * A refusal rolls back what was done so far. A constraint of the database that was hit all the
 * same (another node was faster) becomes the same kind of sentence, see constraints.ts.
 *
 * security  audit rows hold names, numbers and switches; never a password or a hash */

import { refusedByConstraint } from './constraints.ts';
import type { FindLoop } from './loops.ts';
import type { Outcome, Refused } from './outcome.ts';

/** Runs SQL; inside a transaction on that transaction's connection. Rejects with pg's errors. */
export interface Sql {
  rows<R>(text: string, params?: readonly unknown[]): Promise<R[]>;
}

export interface Store {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

/** On whose behalf: `service` is `cli` or `api`, `person` whoever used it. */
export interface Actor {
  readonly service: string;
  readonly person: string;
}

/** What the services get: SQL on the change's transaction, and what the whole change shares. */
export interface Change extends Sql {
  readonly actor: Actor;
  readonly findLoop: FindLoop;
}

export interface Changing {
  readonly store: Store;
  readonly actor: Actor;
  readonly findLoop: FindLoop;
}

class Undone extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.why);
    this.refused = refused;
  }
}

/** Commits if `work` is done, rolls back if it is refused. Rejects only when the world broke. */
export async function change<T>(
  { store, actor, findLoop }: Changing,
  work: (change: Change) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await store.transaction(async (sql) => {
      const outcome = await work({ rows: sql.rows.bind(sql), actor, findLoop });
      if (outcome.kind === 'refused') throw new Undone(outcome);
      return outcome;
    });
  } catch (error) {
    const why = error instanceof Undone ? error.refused : refusedByConstraint(error);
    if (why) return why;
    throw error;
  }
}

export interface Deed {
  /** `user.add` */
  readonly action: string;
  /** The kind of thing and which one: `user`, `alice@example.org`. */
  readonly resource: string;
  readonly id: string;
  /** The user that it is about, where there is one that still exists. */
  readonly userId?: number | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes the audit row of a change, in its transaction. */
export async function audit({ rows, actor }: Change, deed: Deed): Promise<void> {
  await rows(
    `insert into unified.audit_log (user_id, service, action, resource, resource_id, success, additional_data)
     values ($1, $2, $3, $4, $5, true, $6)`,
    [
      deed.userId ?? null,
      actor.service,
      deed.action,
      deed.resource,
      deed.id,
      JSON.stringify({ by: actor.person, ...deed.details }),
    ],
  );
}
