/** dict-transaction — what a client of a dict changes: collected by id, kept at its commit.
 *
 *   B<id> <TAB> <user>                 begins; of major 2 the user is in the greeting, 4 adds an expiry
 *   S<id> <TAB> <key> <TAB> <value>    A<id> <TAB> <key> <TAB> <difference>    U<id> <TAB> <key>
 *   T<id> <TAB> …   V<id> <TAB> …      times, and whether values may be logged: ours never are
 *   C<id>  D<id>  R<id>                commits, commits without waiting, drops
 *
 * limits   100 open transactions on a connection, 1,000 changes in one
 * bugs     the expiry of 4 and the times of T are passed over: nothing here expires */

import { type Soon, unreachable } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { printable } from '../base/text.ts';
import { joinFields } from '../wire/tab-escape.ts';
import { type Answered, type Reply, refusal } from './protocol.ts';

const MAX_TRANSACTIONS = 100;
const MAX_CHANGES = 1000;

export type Change =
  | { readonly kind: 'set'; readonly path: string; readonly value: string }
  | { readonly kind: 'add'; readonly path: string; readonly difference: bigint }
  | { readonly kind: 'unset'; readonly path: string };

export type Kept =
  | { readonly kind: 'kept' }
  /** Something should have been added to what is not there: nothing was. */
  | { readonly kind: 'missing' }
  /** Nothing was kept. */
  | { readonly kind: 'failed'; readonly why: string }
  /** It may be kept, or not. */
  | { readonly kind: 'uncertain'; readonly why: string };

export interface TransactionsParts {
  /** The user in the greeting of old clients. */
  readonly greeter: string;
  readonly write: (changes: readonly Change[], user: string) => Soon<Kept>;
  readonly log: Log;
}

interface Transaction {
  readonly user: string;
  readonly changes: Change[];
}

export function createTransactions({ greeter, write, log }: TransactionsParts) {
  const open = new Map<string, Transaction>();

  function begin(id: string, user: string): Answered {
    if (!/^\d{1,10}$/u.test(id) || open.has(id)) return refusal('a transaction without an id of its own');
    if (open.size >= MAX_TRANSACTIONS) return refusal('too many open transactions');
    open.set(id, { user: user || greeter, changes: [] });
    return '';
  }

  function commit(command: string, id: string, { changes, user }: Transaction): Answered {
    const say = (kept: Kept): Reply => {
      if (kept.kind === 'failed' || kept.kind === 'uncertain') log.warn('dict.not_kept', { why: kept.why });
      return keptReply(command, id, kept);
    };
    const kept = write(changes, user);
    return kept instanceof Promise ? kept.then(say) : say(kept);
  }

  return {
    /** One of BSUATVCDR, and its fields. */
    take(command: string, [id = '', ...fields]: readonly string[]): Answered {
      if (command === 'B') return begin(id, fields[0] ?? '');
      const transaction = open.get(id);
      if (!transaction) return refusal('a change outside of a transaction');
      if (command === 'C' || command === 'D' || command === 'R') {
        open.delete(id);
        return command === 'R' ? '' : commit(command, id, transaction);
      }
      if (command === 'T' || command === 'V') return '';
      const change = changeOf(command, fields);
      if (!change) return refusal('a change that is none');
      if (transaction.changes.length >= MAX_CHANGES) return refusal('too many changes in a transaction');
      transaction.changes.push(change);
      return '';
    },
  };
}

function changeOf(command: string, [path, value]: readonly string[]): Change | undefined {
  if (path === undefined) return undefined;
  if (command === 'U') return { kind: 'unset', path };
  if (value === undefined) return undefined;
  if (command === 'S') return { kind: 'set', path, value };
  return /^-?\d{1,19}$/u.test(value) ? { kind: 'add', path, difference: BigInt(value) } : undefined;
}

/** `command`: C or D. */
export function keptReply(command: string, id: string, kept: Kept): Reply {
  const say = (letter: string, ...fields: string[]): Reply =>
    `${command === 'D' ? 'A' : ''}${letter}${joinFields([id, ...fields])}\n`;
  switch (kept.kind) {
    case 'kept':
      return say('O');
    case 'missing':
      return say('N');
    case 'failed':
      return say('F', printable(kept.why));
    case 'uncertain':
      return say('W', printable(kept.why));
    default:
      return unreachable(kept);
  }
}
