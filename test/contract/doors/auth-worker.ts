import { dovecotVersions } from '../../../src/config/doors/door.ts';
import type { DoorContract } from './door.ts';

export const authWorker: DoorContract = {
  door: 'auth-worker',
  versions: dovecotVersions,
  needs: [],
  prefetches: true,
  lists: true,
  disabledMailbox: 'later',
  withoutDaemon: 'put off until it is back',
};
