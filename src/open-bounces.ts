/** open-bounces — what counts mail that comes back, where the settings name a log that tells of it. */

import type { Tally } from './base/tally.ts';
import type { Ground } from './ground.ts';
import { type Bounces, type BouncesParts, createBounces } from './policy/bounces/bounces.ts';
import { createSenders, type SendersParts } from './policy/bounces/senders.ts';

export type OpenBouncesParts = SendersParts &
  Pick<BouncesParts, 'counts' | 'suspend' | 'modeOf' | 'shareFrom'> & { readonly tally: Tally };

export function openBounces(
  { settings, clock, sparing }: Ground,
  parts: OpenBouncesParts,
): Bounces | undefined {
  if (settings.mailLog === null) return undefined;
  return createBounces({ ...parts, senders: createSenders(parts), date: clock.date(), log: sparing });
}
