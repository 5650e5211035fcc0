/** login — LOGIN: the server asks for the name, then for the password.
 *
 * source   draft-murchison-sasl-login-00; an initial response is the name, as Postfix and Exim pass it on */

import { challenge, decodeText, type Mechanism, refused, stepOf } from './mechanism.ts';

export const login: Mechanism = {
  name: 'LOGIN',
  flags: ['plaintext'],
  begin(client, { verify }) {
    let user: string | undefined;
    return {
      step(response) {
        if (response === undefined) return challenge('Username:');
        const text = decodeText(response);
        if (!text || text.includes('\0')) return refused('malformed');
        if (user === undefined) {
          user = text;
          return challenge('Password:');
        }
        const verified = verify({ user, password: text, ...client });
        return verified instanceof Promise ? verified.then(stepOf) : stepOf(verified);
      },
    };
  },
};
