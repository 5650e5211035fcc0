/** dict — Dovecot's dictionaries: keys and values, looked up, listed and written.
 *
 *   C: H<major> <TAB> <minor> <TAB> <value type> <TAB> <user> <TAB> <dict>      no answer; first, and once
 *   C: L<key> <TAB> <user>                                       S: O<value>, N or F<why>
 *   C: I<flags> <TAB> <max> <TAB> <path> <TAB> <user>            S: O<key> <TAB> <value> …, an empty line; or F<why>
 *   C: B<id> <TAB> <user> …, S U A T V with the id, then C<id>   S: O<id>, N<id>, F<id> <TAB> <why> or W<id> …
 *                                                 or D<id>   S: the same after an A;   or R<id>, no answer
 *
 * A key is `shared/…` or `priv/…`, which is the user's; the name in the greeting says whose keys they
 * are. Replies come in the order of the questions.
 *
 * source    dovecot dict-client.c, dict-commands.c, dict-connection.c (2.3, 2.4). Major 2 is Dovecot up to
 *           2.3.16, which greets with the user; 3 the later 2.3; 4 is 2.4
 * limits    lines of 64 KiB, as Dovecot's own; 100 open transactions on a connection (dict-transaction.ts)
 * security  hashes cross the socket: only Dovecot may open it. Keys and values are not logged
 * bugs      replies are never out of order (`*`, `+`), which no client needs */

import { type Answer, type Soon, unreachable } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { printable } from '../base/text.ts';
import { line } from '../wire/line.ts';
import { joinFields, splitFields } from '../wire/tab-escape.ts';
import { type Change, createTransactions, type Kept, keptReply } from './dict-transaction.ts';
import { type Answered, type Parts, type Protocol, type Reply, refusal } from './protocol.ts';

const MAX_LINE = 65_536;

export interface DictKey {
  /** All of it: `shared/userdb/alice@example.org`. */
  readonly path: string;
  /** Who asks, or for whom; empty where Dovecot does not say. */
  readonly user: string;
}

export interface DictRow {
  readonly key: string;
  readonly value: string;
}

/** Whatever is kept under a name. Nothing of it throws for want of a database. */
export interface Dict {
  /** Absent only what is proven not to be there. */
  lookup(key: DictKey): Soon<Answer<string>>;
  /** What is below a path, a page at a time; a page that is `later` is the last. */
  list?(path: DictKey): AsyncIterable<Answer<readonly DictRow[]>>;
  /** All of a transaction, or nothing of it. Without it nothing is kept under the name. */
  write?(changes: readonly Change[], user: string): Soon<Kept>;
}

export interface DictParts {
  /** By the name in the greeting. */
  readonly dicts: Readonly<Record<string, Dict>>;
  readonly log: Log;
}

const failure = (why: string): Reply => `F${joinFields([printable(why)])}\n`;

export function dict({ dicts, log }: DictParts): Protocol<string> {
  return {
    name: 'dict',
    framing: line(MAX_LINE),
    converse() {
      let answer: ((command: string, fields: readonly string[]) => Answered) | undefined;
      return {
        answer(text) {
          const [command, fields] = [text.slice(0, 1), splitFields(text.slice(1))];
          if (answer) return answer(command, fields);
          const [major = '', , , greeter = '', name = ''] = fields;
          if (command !== 'H' || !/^[234]$/u.test(major)) return refusal('it does not greet as Dovecot does');
          answer = conversation(name, greeter, dicts, log);
          return '';
        },
      };
    },
    broken: () => '',
    failed(text) {
      const command = text.slice(0, 1);
      const why = 'no answer in time, or an internal error';
      if (command === 'L' || command === 'I') return failure(why);
      // Nobody knows what became of it.
      if (command === 'C' || command === 'D')
        return keptReply(command, splitFields(text.slice(1))[0] ?? '', { kind: 'uncertain', why });
      return '';
    },
  };
}

function conversation(name: string, greeter: string, dicts: DictParts['dicts'], log: Log) {
  const known = Object.hasOwn(dicts, name) ? dicts[name] : undefined;
  const transactions = createTransactions({
    greeter,
    write(changes, user) {
      if (known?.write) return known.write(changes, user);
      return { kind: 'failed', why: 'dovetail keeps nothing under this name' };
    },
    log,
  });
  if (!known) log.warn('dict.unknown', { name: printable(name) });

  return (command: string, fields: readonly string[]): Answered => {
    const [first = '', second = '', third = '', fourth = ''] = fields;
    if (command !== '' && 'BSUATVCDR'.includes(command)) return transactions.take(command, fields);
    if (command === 'L') {
      if (!known) return failure('there is no such dict');
      const answer = known.lookup({ path: first, user: second });
      return answer instanceof Promise ? answer.then((late) => say(late, log)) : say(answer, log);
    }
    if (command === 'I') {
      if (!known?.list) return failure('nothing can be listed here');
      return rows(known.list({ path: third, user: fourth }), Number(second), log);
    }
    return refusal('an unknown command');
  };
}

function say(answer: Answer<string>, log: Log): Reply {
  switch (answer.kind) {
    case 'found':
      return `O${joinFields([answer.value])}\n`;
    case 'absent':
      return 'N\n';
    case 'later':
      log.warn('dict.later', { why: answer.why });
      return failure(answer.why);
    default:
      return unreachable(answer);
  }
}

/** At most `max` rows, if there is a limit at all. */
async function* rows(pages: AsyncIterable<Answer<readonly DictRow[]>>, max: number, log: Log): Parts {
  let left = max > 0 ? max : Number.POSITIVE_INFINITY;
  for await (const page of pages) {
    if (page.kind === 'later') {
      log.warn('dict.later', { why: page.why });
      // It ends the rows, too.
      yield failure(page.why);
      return;
    }
    const some = page.kind === 'found' ? page.value.slice(0, left) : [];
    left -= some.length;
    if (some.length > 0) yield some.map(({ key, value }) => `O${joinFields([key, value])}\n`).join('');
    if (left === 0) break;
  }
  yield '\n';
}
