/** attributes — `name=value` lines up to an empty line, as Postfix's policy delegation speaks it.
 *
 * source   postfix SMTPD_POLICY_README, attr_scan_plain.c
 * limits   the limit is the caller's, for all lines with their line feeds; more is refused as soon as it is more
 * bugs     the lines are text: malformed UTF-8 arrives as U+FFFD, which no valid address contains */

import { broken, type Framing, more } from './framing.ts';

const LINE_FEED = 0x0a;
const END = Buffer.from('\n\n');

/** Requests of at most `limit` octets; the message is the lines without the last line feed. */
export const attributes =
  (limit: number): Framing<string> =>
  (bytes, start) => {
    if (bytes[start] === LINE_FEED) return { kind: 'message', message: '', used: 1 };
    const end = bytes.indexOf(END, start);
    const length = (end < 0 ? bytes.length : end + 1) - start;
    if (length > limit) return broken(`longer than ${limit} octets`);
    if (end < 0) return more;
    return { kind: 'message', message: bytes.toString('utf8', start, end), used: length + 1 };
  };

/** Hands over where each attribute is: its name is `[start, equals)`, its value `(equals, end)`. False at the first line that
 * is none. Most are of no interest to anybody, and cutting each of them out would cost more than all else. */
export function eachAttribute(
  message: string,
  take: (start: number, equals: number, end: number) => void,
): boolean {
  for (let start = 0; start < message.length; ) {
    const feed = message.indexOf('\n', start);
    const end = feed < 0 ? message.length : feed;
    const equals = message.indexOf('=', start);
    if (equals <= start || equals > end) return false;
    take(start, equals, end);
    start = end + 1;
  }
  return message.length > 0;
}
