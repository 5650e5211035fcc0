/** netstring — `<decimal length>:<payload>,` as Postfix's socketmap speaks it.
 *
 * source   cr.yp.to/proto/netstrings.txt; Postfix netstring.c (which refuses what we refuse)
 * limits   the payload limit is the caller's; a longer one is refused at its length, before it is sent
 * bugs     a payload is text: malformed UTF-8 arrives as U+FFFD, which no valid key contains */

import { broken, type Frame, type Framing, more } from './framing.ts';

const ZERO = 0x30;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Netstrings of at most `limit` octets of payload; the message is the payload as text. */
export const netstring =
  (limit: number): Framing<string> =>
  (bytes, start) => {
    let length = 0;
    let at = start;
    for (; at < bytes.length; at += 1) {
      const octet = bytes[at] as number;
      if (octet === COLON) break;
      const digit = octet - ZERO;
      if (digit < 0 || digit > 9) return broken('length is not a number');
      if (length === 0 && at > start) return broken('length begins with 0');
      length = length * 10 + digit;
      if (length > limit) return broken(`longer than ${limit} octets`);
    }
    if (at === bytes.length) return more;
    return at === start ? broken('length missing') : payload(bytes, start, at + 1, length);
  };

function payload(bytes: Buffer, start: number, from: number, length: number): Frame<string> {
  const end = from + length;
  if (bytes.length <= end) return more;
  if (bytes[end] !== COMMA) return broken('comma missing');
  return { kind: 'message', message: bytes.toString('utf8', from, end), used: end + 1 - start };
}

export const toNetstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`;

/** The payload of one whole netstring, such as `toNetstring` made. */
export const readNetstring = (text: string): string => text.slice(text.indexOf(':') + 1, -1);
