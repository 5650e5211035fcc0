/** percent — the quoting of Postfix's tcp tables: `%XX` for an octet that would end a word or a line.
 *
 * source   postfix hex_quote.c, tcp_table(5): quoted are `%`, white space and what is not printable ASCII
 * bugs     octets that are no UTF-8 arrive as U+FFFD */

const QUOTED = /[^\x21-\x24\x26-\x7e]/gu;

/** Text as UTF-8, with each octet quoted that needs it. */
export const toPercent = (text: string): string =>
  text.replace(QUOTED, (character) =>
    [...Buffer.from(character)]
      .map((octet) => `%${octet.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  );

/** Undefined where a `%` is not followed by two hexadecimal digits. */
export function fromPercent(quoted: string): string | undefined {
  if (!quoted.includes('%')) return quoted;
  if (/%(?![\da-f]{2})/iu.test(quoted)) return undefined;
  const octets = quoted
    .split(/(%[\da-f]{2})/iu)
    .map((part) => (part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return Buffer.concat(octets).toString('utf8');
}
