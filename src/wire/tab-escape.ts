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
const SPECIAL = /[\0\x01\t\r\n]/;
const EACH_SPECIAL = new RegExp(SPECIAL, 'g');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the point
const ESCAPED = /\x01(.?)/gsu;

export const escapeField = (text: string): string =>
  // To look first is cheaper: hardly any field has one.
  SPECIAL.test(text) ? text.replace(EACH_SPECIAL, (character) => ESCAPE + CODES[character]) : text;

/** An unknown escape is the character after it. */
export const unescapeField = (text: string): string =>
  text.includes(ESCAPE) ? text.replace(ESCAPED, (_, code: string) => CHARACTERS[code] ?? code) : text;

export const joinFields = (fields: readonly string[]): string => fields.map(escapeField).join('\t');

export function splitFields(line: string): string[] {
  const fields = line.split('\t');
  return line.includes(ESCAPE) ? fields.map(unescapeField) : fields;
}

/** Where the field that begins at `start` ends. */
export function fieldEnd(line: string, start: number): number {
  const tab = line.indexOf('\t', start);
  return tab < 0 ? line.length : tab;
}

/** Reads the values of these `key=value` fields from `start` on, in the order of the keys: of several the last, and none
 * is ''. Most fields are of no interest to anybody, and cutting each of them out costs as much as an answer. */
export function fieldReader<const K extends readonly string[]>(
  keys: K,
): (line: string, start: number) => { readonly [At in keyof K]: string } {
  const none = keys.map(() => '');
  /** By its first letter: few fields begin as one of them does. */
  const starting: (readonly (readonly [start: string, n: number])[])[] = [];
  for (const [n, key] of keys.entries()) {
    const letter = key.charCodeAt(0);
    starting[letter] = [...(starting[letter] ?? []), [`${key}=`, n]];
  }
  return (line, start) => {
    const values = none.slice();
    for (let at = start, end: number; at < line.length; at = end + 1) {
      end = fieldEnd(line, at);
      for (const [name, n] of starting[line.charCodeAt(at)] ?? []) {
        if (line.startsWith(name, at)) values[n] = unescapeField(line.slice(at + name.length, end));
      }
    }
    return values as { [At in keyof K]: string };
  };
}
