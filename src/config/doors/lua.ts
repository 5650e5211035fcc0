/** lua — a script in Dovecot's workers asks login.sock. */

import { type Door, dovecotVersions } from './door.ts';

export const lua: Door = {
  name: 'lua',
  words: 'a Lua script asks the daemon',
  versions: dovecotVersions,
  mayBeFollowedBy: ['sql'],
  files: () => ({ 'dovetail.lua': 'dovecot/dovetail.lua' }),
};
