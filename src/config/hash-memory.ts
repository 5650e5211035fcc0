/** hash-memory — how much memory password hashes have together where nobody says it.
 *
 * A cgroup is the daemon's own, or its container's; the host's memory is for the mail server and the database too. */

import { totalmem } from 'node:os';

/** Less would not do for hashes as dovetail makes them, four at once. */
export const LEAST_HASH_MEMORY = 64 * 2 ** 20;

export interface Machine {
  /** Bytes of the host. */
  readonly total: number;
  /** Bytes that the cgroup may have; 0, or more than there are, where it has no limit. */
  readonly constrained: number;
}

const thisMachine = (): Machine => ({ total: totalmem(), constrained: process.constrainedMemory() });

/** Bytes. */
export function standardHashMemory({ total, constrained }: Machine = thisMachine()): number {
  const most = constrained > 0 ? Math.min(total / 4, constrained / 2) : total / 4;
  return Math.max(LEAST_HASH_MEMORY, wholeMebibytes(most));
}

const wholeMebibytes = (bytes: number): number => 2 ** 20 * Math.floor(bytes / 2 ** 20);
