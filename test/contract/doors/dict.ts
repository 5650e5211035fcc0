import type { DoorContract } from './door.ts';

export const dict: DoorContract = {
  door: 'dict',
  versions: ['2.3'],
  needs: [],
  prefetches: true,
  lists: true,
  disabledMailbox: 'later',
  withoutDaemon: 'temporary',
};
