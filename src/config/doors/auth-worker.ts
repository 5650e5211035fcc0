/** auth-worker — Dovecot's auth process asks auth-worker.sock where it would ask worker processes of its own. */

import { type Door, dovecotVersions } from './door.ts';

export const authWorker: Door = {
  name: 'auth-worker',
  words: "the daemon takes the place of Dovecot's auth workers: only with a socket that systemd holds",
  versions: dovecotVersions,
  // Between these two Dovecots nobody has promised anything: each release is tried before it is named.
  provenWith: ['2.3.19', '2.4.1'],
  files: () => ({}),
};
