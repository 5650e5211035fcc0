/** shared-key — what daemons that count together have in common, and nobody else. */

import { createHash, createHmac } from 'node:crypto';

/** Undefined where each daemon counts alone. */
export function sharedKeyOf(settings: {
  readonly guessingKey: string | null;
  readonly redisUrl: string | null;
}): Buffer | undefined {
  const { guessingKey, redisUrl } = settings;
  if (guessingKey !== null) return createHash('sha256').update(guessingKey).digest();
  return redisUrl === null ? undefined : createHmac('sha256', 'dovetail guessing').update(redisUrl).digest();
}
