/** checkpassword — a program that Dovecot runs for each login asks login.sock: Dovecot 2.3 without
 * further packages. */

import type { Door } from './door.ts';

export const checkpassword: Door = {
  name: 'checkpassword',
  words: 'a small program asks the daemon, once a login',
  versions: ['2.3'],
  files: () => ({}),
};
