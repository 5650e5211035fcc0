/** tab-escape — fields on one line the Dovecot way: split at TAB first, then unescape each.
 *
 * source   Dovecot lib/strescape.c str_append_tabescaped, str_tabunescape
 * bugs     a lone escape at the end of a field is dropped, as Dovecot does */

const ESCAPE = '\u0001';
const CODES: Readonly<Record<string, string>> = {
  '\0': '0',
  [ESCAPE]: '1',
  '\t': 't',
  '\r': 'r',
  '\n': 'n',
};
const CHARACTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CODES).map(([character, code]) => [code, character]),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
const SPECIAL = /[\0\x01\t\r\n]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
const ESCAPED = /\x01(.?)/gsu;

export const escapeField = (text: string): string =>
  text.replace(SPECIAL, (character) => ESCAPE + CODES[character]);

/** An unknown escape is the character after it. */
export const unescapeField = (text: string): string =>
  text.includes(ESCAPE) ? text.replace(ESCAPED, (_, code: string) => CHARACTERS[code] ?? code) : text;

export const joinFields = (fields: readonly string[]): string => fields.map(escapeField).join('\t');

export function splitFields(line: string): string[] {
  const fields = line.split('\t');
  return line.includes(ESCAPE) ? fields.map(unescapeField) : fields;
}
