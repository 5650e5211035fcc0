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

/** Reads the values of these attributes, in the order of the names; one that is missing is empty, and of one that comes
 * twice the last counts. Undefined where a line is no attribute. The values are good until the next call: they are the
 * reader's own. Most attributes are of no interest to anybody, and cutting each of them out would cost more than all else. */
export function attributeReader<const N extends readonly string[]>(
  names: N,
): (message: string) => Values<N> | undefined {
  const values = names.map(() => '');
  const codes = names.map((name) => Uint8Array.from(name, (character) => character.charCodeAt(0)));
  const longest = Math.max(...names.map(({ length }) => length));
  /** By their length, where among the names they are. */
  const places = Array.from({ length: longest + 1 }, (_, length) =>
    [...names.keys()].filter((place) => names[place]?.length === length),
  );

  function placeOf(message: string, start: number, length: number): number | undefined {
    if (length > longest) return undefined;
    for (const place of places[length] as number[])
      if (isAt(message, start, codes[place] as Uint8Array)) return place;
    return undefined;
  }

  return (message) => {
    for (let place = 0; place < values.length; place += 1) values[place] = '';
    for (let start = 0; start < message.length; ) {
      const feed = message.indexOf('\n', start);
      const end = feed < 0 ? message.length : feed;
      const equals = message.indexOf('=', start);
      if (equals <= start || equals > end) return undefined;
      const place = placeOf(message, start, equals - start);
      if (place !== undefined) values[place] = message.slice(equals + 1, end);
      start = end + 1;
    }
    return message.length > 0 ? (values as unknown as Values<N>) : undefined;
  };
}

type Values<N extends readonly string[]> = { readonly [At in keyof N]: string };

/** As `startsWith`, which costs several times as much for names as short as these. */
function isAt(message: string, start: number, codes: Uint8Array): boolean {
  for (let i = 0; i < codes.length; i += 1) if (message.charCodeAt(start + i) !== codes[i]) return false;
  return true;
}
