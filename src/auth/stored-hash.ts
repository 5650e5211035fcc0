/** stored-hash — reads `{SCHEME}text`, as Dovecot, doveadm pw and the schema write it.
 *
 * source   Dovecot password-scheme.c: names in any letter case, `.HEX`, `.B64` and `.BASE64`
 *          after the name say how the bytes are written; a bare digest may be hex or base64
 * bugs     text without `{SCHEME}` is refused: a guessed scheme would be a guessed password */

import { schemes } from './schemes/index.ts';
import type { Scheme } from './schemes/scheme.ts';

export type StoredHash =
  /** `text` is the canonical form without `{SCHEME}`: what `user_passwords.password_hash` keeps. */
  | { readonly kind: 'hash'; readonly scheme: Scheme; readonly text: string; readonly bytes: Buffer }
  /** `why` is for people and holds nothing of the hash. */
  | { readonly kind: 'malformed'; readonly why: string };

type Encoding = Scheme['encoding'];

const BRACED = /^\{(?<name>[\w-]+)(?:\.(?<suffix>\w+))?\}(?<text>.*)$/s;
const SUFFIXES: Readonly<Record<string, Encoding>> = { HEX: 'hex', B64: 'base64', BASE64: 'base64' };
const byName = new Map(schemes.map((scheme) => [scheme.name, scheme]));

export const unknownSchemes = (names: readonly string[]): string[] =>
  names.filter((name) => !byName.has(name));

const malformed = (why: string): StoredHash => ({ kind: 'malformed', why });

export function parseStoredHash(braced: string): StoredHash {
  const { name, suffix, text } = BRACED.exec(braced)?.groups ?? {};
  if (name === undefined || text === undefined) return malformed('it does not begin with {SCHEME}');
  const scheme = byName.get(name.toUpperCase());
  if (!scheme) return malformed(`the scheme is none of ${[...byName.keys()].join(', ')}`);
  const encoding = suffix === undefined ? encodingIn(text, scheme) : SUFFIXES[suffix.toUpperCase()];
  if (!encoding) return malformed('the suffix after the scheme is none of .HEX, .B64, .BASE64');
  const bytes = decode(text, encoding);
  if (!bytes || !scheme.isWellFormed(bytes)) return malformed(`the text is no ${scheme.name} hash`);
  return { kind: 'hash', scheme, bytes, text: bytes.toString(WRITTEN[scheme.encoding]) };
}

const WRITTEN: Readonly<Record<Encoding, BufferEncoding>> = {
  text: 'latin1',
  phrase: 'utf8',
  hex: 'hex',
  base64: 'base64',
};

function encodingIn(text: string, { digestBytes, encoding }: Scheme): Encoding {
  if (digestBytes === undefined) return encoding;
  return text.length === 2 * digestBytes ? 'hex' : 'base64';
}

function decode(text: string, encoding: Encoding): Buffer | undefined {
  switch (encoding) {
    case 'text':
      return /^[\x21-\x7e]+$/.test(text) ? Buffer.from(text, 'latin1') : undefined;
    case 'phrase':
      return Buffer.from(text);
    case 'hex':
      return /^(?:[\da-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
    case 'base64':
      return /^[\w+/]+={0,2}$/.test(text) && !text.includes('_') ? Buffer.from(text, 'base64') : undefined;
  }
}
