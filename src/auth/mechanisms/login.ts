/** login — LOGIN: the server asks for the name, then for the password.
 *
 * source   draft-murchison-sasl-login-00; an initial response is the name, as Postfix and Exim pass it on */

import { challenge, type Mechanism, refused, stepOf } from './mechanism.ts';

export const login: Mechanism = {
  name: 'LOGIN',
  flags: ['plaintext'],
  begin(client, { verify }) {
    let user: string | undefined;
    return {
      step(message) {
        if (message === undefined) return challenge('Username:');
        if (message === '' || message.includes('\0')) return refused('malformed');
        if (user === undefined) {
          user = message;
          return challenge('Password:');
        }
        const verified = verify({ user, password: message, ...client });
        return verified instanceof Promise ? verified.then(stepOf) : stepOf(verified);
      },
    };
  },
};
