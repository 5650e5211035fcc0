/** dict — Dovecot 2.3 looks users up in the dict `auth` at dict.sock, and compares the hash itself. */

import type { Door } from './door.ts';

export const dict: Door = {
  name: 'dict',
  words: "Dovecot's own dict client asks the daemon for the hash",
  versions: ['2.3'],
  dovecotCompares: true,
  files: () => ({ 'dovecot-dict-auth.conf.ext': 'dovecot-2.3/dovecot-dict-auth.conf.ext' }),
};
