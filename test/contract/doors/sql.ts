import { dovecotVersions } from '../../../src/config/doors/door.ts';
import type { DoorContract } from './door.ts';

export const sql: DoorContract = {
  door: 'sql',
  versions: dovecotVersions,
  needs: ['sql'],
  prefetches: false,
  lists: true,
  disabledMailbox: 'absent',
  withoutDaemon: 'as ever',
};
