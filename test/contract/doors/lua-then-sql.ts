import { dovecotVersions } from '../../../src/config/doors/door.ts';
import type { DoorContract } from './door.ts';

/** The views for when the daemon is away. */
export const luaThenSql: DoorContract = {
  door: 'lua,sql',
  versions: dovecotVersions,
  needs: ['lua', 'sql'],
  prefetches: true,
  lists: true,
  disabledMailbox: 'later',
  withoutDaemon: 'right passwords only',
};
