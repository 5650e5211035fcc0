/** tcp-table — answers Postfix's `tcp:` tables: one map a port, for tools that know no socketmap.
 *
 * source    postfix tcp_table(5), dict_tcp.c: `200` found, `500` absent, `400` temporary; after that,
 *           Postfix closes the connection and asks again on a new one
 * limits    replies of 4096 octets, quoting and line feed counted (dict_tcp.c DICT_TCP_MAXLEN): a longer
 *           one is 400 and a log line, never a cut reply. An over-long key does not exist, for no entry
 *           has such a key; a request past 110,000 octets is refused with 400
 * security  no authentication: bind to loopback. Maps whose values are secrets are not served
 * bugs      `put` is refused: tables are changed in the database */

import { type Answer, later, type Soon, unreachable } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { createTally, type Tally } from '../base/tally.ts';
import { printable, splitOnce } from '../base/text.ts';
import type { Lookup } from '../lookup/lookup.ts';
import { line } from '../wire/line.ts';
import { fromPercent, toPercent } from '../wire/percent.ts';
import type { Protocol, Reply } from './protocol.ts';

const MAX_REQUEST = 110_000;
const MAX_REPLY = 4096;
/** What Postfix shows of a reason in its log. */
const MAX_REASON = 200;
const MALFORMED = '\ufffd';

const NOT_FOUND = '500 not%20found\n';
const temporary = (why: string): Reply => `400 ${toPercent(printable(why, MAX_REASON))}\n`;

export interface TcpTableParts {
  /** The map of this port. */
  readonly map: string;
  readonly lookup: Pick<Lookup, 'answer'>;
  /** By map and the kind of answer. */
  readonly tally?: Tally;
  readonly log: Log;
}

export function tcpTable({
  map,
  lookup,
  tally = createTally(),
  log,
}: TcpTableParts): Protocol<string, Soon<Reply>> {
  const say = (key: string, known: Answer<string>): Reply => {
    const answer = sendable(known);
    tally.at(map, answer.kind).count += 1;
    switch (answer.kind) {
      case 'found':
        return found(answer.value);
      case 'absent':
        return NOT_FOUND;
      case 'later':
        log.warn('lookup.later', { map, key: printable(key), why: answer.why });
        return temporary(answer.why);
      default:
        return unreachable(answer);
    }
  };

  const answer = (request: string): Soon<Reply> => {
    const [verb, quoted = ''] = splitOnce(request, ' ');
    if (verb !== 'get') return refuse(verb === 'put' ? 'this table is read only' : 'the request is no get');
    const key = fromPercent(quoted);
    if (key === undefined) return refuse('the key is not quoted as it should be');
    if (key.includes(MALFORMED)) return NOT_FOUND;
    const known = lookup.answer(map, key);
    return known instanceof Promise ? known.then((late) => say(key, late)) : say(key, known);
  };

  // Not repeated, neither here nor in the log: whatever it is, it was not meant for us.
  const refuse = (why: string): Reply => {
    log.warn('lookup.malformed', { map, why });
    return temporary(`bad request: ${why}`);
  };

  const conversation = { answer };
  return {
    name: `tcp-table:${map}`,
    framing: line(MAX_REQUEST),
    converse: () => conversation,
    broken: (why) => temporary(`bad request: ${why}`),
    failed: () => temporary('no answer in time, or an internal error'),
  };
}

const found = (value: string): Reply => `200 ${toPercent(value)}\n`;

/** The answer, or `later` where its value cannot be sent. */
function sendable(answer: Answer<string>): Answer<string> {
  if (answer.kind !== 'found') return answer;
  if (answer.value === '') return later('unusable answer: it is empty');
  if (/\p{Cc}/u.test(answer.value)) return later('unusable answer: it contains a control character');
  const isLong = found(answer.value).length > MAX_REPLY;
  return isLong ? later(`unusable answer: it is longer than ${MAX_REPLY} octets when quoted`) : answer;
}
