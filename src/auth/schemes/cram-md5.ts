/** cram-md5 — CRAM-MD5: the states of MD5 after the two keys of HMAC, for the SASL mechanism.
 *
 * source   RFC 2195, RFC 2104; Dovecot hmac-cram-md5.c: the outer state, then the inner one
 * security the states are all that a client needs to log in with CRAM-MD5: whoever has the hash
 *          has the password's use. Made only for devices that can do nothing else */

import { createHash } from 'node:crypto';
import { endsInNul } from '../digests/hmac-key.ts';
import { BLOCK, md5StateAfter } from '../digests/md5-state.ts';
import { bareDigest } from './bare-digest.ts';
import type { Scheme } from './scheme.ts';

function statesOf(password: Buffer): Buffer {
  const short = password.length > BLOCK ? createHash('md5').update(password).digest() : password;
  const key = Buffer.alloc(BLOCK);
  short.copy(key);
  const stateWith = (pad: number): Buffer => md5StateAfter(key.map((byte) => byte ^ pad));
  return Buffer.concat([stateWith(0x5c), stateWith(0x36)]);
}

export const cramMd5: Scheme = {
  ...bareDigest({
    name: 'CRAM-MD5',
    encoding: 'hex',
    digestBytes: 32,
    digests: (password) => (endsInNul(password) ? [] : [statesOf(password)]),
  }),
  hash: async (password) => statesOf(password).toString('hex'),
};
