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

/** Reads the values of these attributes, in the order of the names; one that is missing is empty. Undefined where a line is
 * no attribute. Most are of no interest to anybody, and cutting each of them out would cost more than all else. */
export function attributeReader<const N extends readonly string[]>(
  names: N,
): (message: string) => Values<N> | undefined {
  const byLength = new Map<number, Name[]>();
  for (const [at, name] of names.entries()) {
    const alike = byLength.get(name.length) ?? [];
    byLength.set(name.length, [
      ...alike,
      { at, codes: [...name].map((character) => character.charCodeAt(0)) },
    ]);
  }
  const none = names.map(() => '');

  return (message) => {
    const values = none.slice();
    for (let start = 0; start < message.length; ) {
      const feed = message.indexOf('\n', start);
      const end = feed < 0 ? message.length : feed;
      const equals = message.indexOf('=', start);
      if (equals <= start || equals > end) return undefined;
      const name = byLength.get(equals - start)?.find(({ codes }) => isAt(message, start, codes));
      if (name) values[name.at] = message.slice(equals + 1, end);
      start = end + 1;
    }
    return message.length > 0 ? (values as Values<N>) : undefined;
  };
}

type Values<N extends readonly string[]> = { readonly [At in keyof N]: string };

interface Name {
  /** Among the names. */
  readonly at: number;
  readonly codes: readonly number[];
}

/** As `startsWith`, which costs several times as much for names as short as these. */
function isAt(message: string, start: number, codes: readonly number[]): boolean {
  for (let i = 0; i < codes.length; i += 1) if (message.charCodeAt(start + i) !== codes[i]) return false;
  return true;
}
