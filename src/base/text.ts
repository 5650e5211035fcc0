/** text — the few string operations that the protocols share. */

/** Splits at the first separator; without one, all is the head and the rest is undefined. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

const UNPRINTABLE = /[^\x20-\x7e]/gu;

/** A stranger's bytes for a log or a terminal: no control characters, at most `limit` characters. */
export function printable(text: string, limit = 200): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…(${text.length})` : text;
  return cut.replace(UNPRINTABLE, (c) => (c === '…' ? c : `\\u{${c.codePointAt(0)?.toString(16)}}`));
}

/** What went wrong, in one line, from whatever was thrown. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/gu, ' ').trim();
}

/** The same text, to be kept: what was cut out of a request would keep all of the request in memory. */
export const ownCopy = (text: string): string => Buffer.from(text).toString();

/** The bytes of a secret, in memory of their own: small buffers share rooms, in which it would stay for as long as
 * anything beside it is kept. */
export function ownBytes(secret: string, encoding: BufferEncoding = 'utf8'): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(secret, encoding));
  bytes.write(secret, encoding);
  return bytes;
}
