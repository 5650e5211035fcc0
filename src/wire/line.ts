/** line — text up to a line feed, as Dovecot's protocols and Postfix's tcp tables speak it.
 *
 * limits   8 KiB by default, the line feed not counted; a longer line is refused as soon as it is one
 * bugs     one carriage return before the line feed is dropped (Dovecot 2.4's master client sends it);
 *          malformed UTF-8 arrives as U+FFFD */

import { broken, type Framing, more } from './framing.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Lines of at most `limit` octets; the message is the line without its ending. */
export const line =
  (limit = 8192): Framing<string> =>
  (bytes, start) => {
    const end = bytes.indexOf(LINE_FEED, start);
    const length = (end < 0 ? bytes.length : end) - start;
    if (length > limit) return broken(`longer than ${limit} octets`);
    if (end < 0) return more;
    const hasReturn = length > 0 && bytes[end - 1] === CARRIAGE_RETURN;
    return {
      kind: 'message',
      message: bytes.toString('utf8', start, hasReturn ? end - 1 : end),
      used: length + 1,
    };
  };
