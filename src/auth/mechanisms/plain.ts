/** plain — PLAIN: authorization identity NUL login name NUL password.
 *
 * source   RFC 4616
 * bugs     nobody may act for another: an authorization identity that is not the login name is refused */

import { challenge, decodeText, type Mechanism, refused, stepOf } from './mechanism.ts';

export const plain: Mechanism = {
  name: 'PLAIN',
  flags: ['plaintext'],
  begin: (client, { verify }) => ({
    step(response) {
      if (response === undefined) return challenge('');
      const [authorization, user, password, ...more] = decodeText(response)?.split('\0') ?? [];
      if (!user || password === undefined || more.length > 0) return refused('malformed');
      if (authorization !== '' && authorization !== user) return refused('mismatch');
      const verified = verify({ user, password, ...client });
      return verified instanceof Promise ? verified.then(stepOf) : stepOf(verified);
    },
  }),
};
