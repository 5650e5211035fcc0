/** plain — PLAIN: authorization identity NUL login name NUL password.
 *
 * source   RFC 4616
 * bugs     nobody may act for another: an authorization identity that is not the login name is refused */

import { challenge, type Mechanism, refused, stepOf } from './mechanism.ts';

export const plain: Mechanism = {
  name: 'PLAIN',
  flags: ['plaintext'],
  begin: (client, { verify }) => ({
    step(message) {
      if (message === undefined) return challenge('');
      const first = message.indexOf('\0');
      const second = message.indexOf('\0', first + 1);
      const user = message.slice(first + 1, second);
      const password = message.slice(second + 1);
      if (first < 0 || second < 0 || user === '' || password.includes('\0')) return refused('malformed');
      if (first > 0 && message.slice(0, first) !== user) return refused('mismatch');
      const verified = verify({ user, password, ...client });
      return verified instanceof Promise ? verified.then(stepOf) : stepOf(verified);
    },
  }),
};
