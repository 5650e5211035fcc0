/** base64 — base64 as password hashes write it: one text for the same bytes, no other.
 *
 * source   RFC 4648 3.5 (no stray bits); passlib's ab64 has `.` for `+`; padding may be left out */

/** Undefined where `text` is not what a program would have written. */
export function decodeBase64(text: string): Buffer | undefined {
  const plain = text.replaceAll('.', '+');
  const bytes = Buffer.from(plain, 'base64');
  const canonical = bytes.toString('base64');
  return plain === canonical || plain === canonical.replace(/=+$/, '') ? bytes : undefined;
}
