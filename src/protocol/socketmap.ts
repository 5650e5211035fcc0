/** socketmap — answers Postfix's `socketmap:` tables.
 *
 * source    postfix socketmap_table(5), dict_sockmap.c
 * limits    replies of 100,000 octets (dict_sockmap.c DICT_SOCKMAP_MAX_REPLY): a longer one is TEMP and a
 *           log line, never a cut reply. Requests of 110,000: Postfix before 3.12 sends keys of any length,
 *           the longest from a header of header_size_limit = 102,400. An over-long key is read and does
 *           not exist, as 3.12 itself decides past 10,000; what is longer still is refused with TEMP.
 * security  no authentication: bind to a unix socket that only Postfix may open, or to loopback
 * bugs      a key that is not UTF-8 does not exist (as in Postfix with smtputf8_enable) */

import { type Answer, later, type Soon, unreachable } from '../base/answer.ts';
import type { Instant } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type Counter, createTally, type Tally } from '../base/tally.ts';
import { printable } from '../base/text.ts';
import type { Lookup } from '../lookup/lookup.ts';
import type { Memory } from '../lookup/memory.ts';
import { netstring, toNetstring } from '../wire/netstring.ts';
import type { Protocol, Reply } from './protocol.ts';

const MAX_REQUEST = 110_000;
const MAX_REPLY = 100_000;
/** What Postfix shows of a reason in its log. */
const MAX_REASON = 200;

const NOT_FOUND = toNetstring('NOTFOUND ');
// What `toString('utf8')` makes of malformed octets. Nothing valid contains it.
const MALFORMED = '\ufffd';
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL = /[\0-\x1f\x7f]/;

const temporary = (why: string): Reply => toNetstring(`TEMP ${printable(why, MAX_REASON)}`);

/** Postfix turns PERM into a 4xx too ("server configuration error"): no mail bounces for a
 * misspelt map, and the administrator reads in the mail log that waiting will not help. */
const misconfigured = (why: string): Reply => toNetstring(`PERM ${printable(why, MAX_REASON)}`);

/** A whole reply, and what counts it. */
export interface CountedReply {
  readonly reply: Reply;
  readonly counter: Counter;
}

export interface SocketmapParts {
  readonly lookup: Pick<Lookup, 'has' | 'answer'>;
  /** Without it every reply is made anew. */
  readonly replies?: Memory<CountedReply>;
  /** By map and the kind of answer. */
  readonly tally?: Tally;
  readonly log: Log;
}

export function socketmap(parts: SocketmapParts): Protocol<string, Soon<Reply>> {
  const { lookup, replies, tally = createTally(), log } = parts;
  /** The last line: an answer in Postfix's words. */
  const say = (map: string, key: string, answer: Answer<string>): Reply => {
    tally.at(map, answer.kind).count += 1;
    switch (answer.kind) {
      case 'found':
        return toNetstring(`OK ${answer.value}`);
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
    const known = replies?.recall(request);
    if (!known) return answerAnew(request);
    known.counter.count += 1;
    return known.reply;
  };

  const answerAnew = (request: string): Soon<Reply> => {
    // At the first space only: a key may contain spaces (`a b@example.org`).
    const space = request.indexOf(' ');
    if (space < 1) return malformed();
    const map = request.slice(0, space);
    if (!lookup.has(map)) return unknown(map);
    const key = request.slice(space + 1);
    if (key.includes(MALFORMED)) return NOT_FOUND;
    let trustedUntil: Instant | undefined;
    const known = lookup.answer(map, key, (until) => {
      trustedUntil = until;
    });
    if (known instanceof Promise) return known.then((late) => say(map, key, sendable(late)));
    const answer = sendable(known);
    const reply = say(map, key, answer);
    // What could not be answered has its log line each time.
    if (trustedUntil !== undefined && answer.kind !== 'later')
      replies?.keep(request, { reply, counter: tally.at(map, answer.kind) }, trustedUntil);
    return reply;
  };

  // Not repeated, neither here nor in the log: whatever it is, it was not meant for us.
  const malformed = (): Reply => {
    log.warn('lookup.malformed', { why: 'no map and key' });
    return temporary('bad request: it must be a map, a space and a key');
  };

  const unknown = (map: string): Reply => {
    log.warn('lookup.unknown_map', { map: printable(map) });
    return misconfigured(`unknown map ${map}`);
  };

  const conversation = { answer };
  return {
    name: 'socketmap',
    framing: netstring(MAX_REQUEST),
    converse: () => conversation,
    broken: (why) => temporary(`bad request: ${why}`),
    failed: () => temporary('no answer in time, or an internal error'),
  };
}

/** The answer, or `later` where its value cannot be sent. */
function sendable(answer: Answer<string>): Answer<string> {
  const flaw = answer.kind === 'found' ? flawOf(answer.value) : undefined;
  return flaw === undefined ? answer : later(`unusable answer: ${flaw}`);
}

/** Why a value cannot be sent; undefined for nearly all. */
function flawOf(value: string): string | undefined {
  // `OK ` with nothing after it is an error to Postfix, and to some versions "not found".
  if (value === '') return 'it is empty';
  if (CONTROL.test(value)) return 'it contains a control character';
  // No character takes more than three octets a UTF-16 unit: the count is rarely needed.
  const isLong = value.length * 3 > MAX_REPLY && Buffer.byteLength(value) > MAX_REPLY - 'OK '.length;
  return isLong ? `it is longer than ${MAX_REPLY} octets` : undefined;
}
