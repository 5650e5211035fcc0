import { dovecotVersions } from '../../../src/config/doors/door.ts';
import type { DoorContract } from './door.ts';

export const lua: DoorContract = {
  door: 'lua',
  versions: dovecotVersions,
  needs: ['lua'],
  prefetches: true,
  lists: true,
  disabledMailbox: 'later',
  withoutDaemon: 'temporary',
};
