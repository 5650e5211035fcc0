import type { DoorContract } from './door.ts';

export const checkpassword: DoorContract = {
  door: 'checkpassword',
  versions: ['2.3'],
  needs: [],
  prefetches: true,
  lists: false,
  disabledMailbox: 'later',
  withoutDaemon: 'temporary',
};
