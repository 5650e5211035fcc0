/** hmac-key — HMAC fills a short key with NUL bytes: `test` and `test` with a NUL are one key.
 *
 * source   RFC 2104 2
 * security a password that ends in NUL is therefore never right: nobody has typed one */

export const endsInNul = (password: Buffer): boolean => password.at(-1) === 0;
