/** base64-text — UTF-8 text that stands on a line in base64, as the messages of SASL mechanisms do.
 *
 * source   RFC 4648 4; padding may be left out
 * security it is decoded in one buffer for all: what stood there is overwritten by the next one, not at once */

/** `bytes`: it is base64, of something else than UTF-8. */
export type Base64Text =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'broken' };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const REPLACEMENT = '\ufffd';

// A buffer for each would cost more than the rest. As large as a line may be.
let room = Buffer.allocUnsafeSlow(16_384);

/** U+FFFD itself is taken for malformed UTF-8. */
export function readBase64(base64: string): Base64Text {
  if (!BASE64.test(base64)) return { kind: 'broken' };
  if (base64.length > room.length) room = Buffer.allocUnsafeSlow(base64.length);
  const text = room.toString('utf8', 0, room.write(base64, 'base64'));
  return text.includes(REPLACEMENT) ? { kind: 'bytes' } : { kind: 'text', text };
}
