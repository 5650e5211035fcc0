/** clients — facts about clients are forgotten together: a network that changed may hold any of them. */

import type { ChangingFactCache } from '../../database/cache.ts';
import type { AccessFacts } from './facts.ts';

/** As migration 058 announces it. */
const CHANGED = 'client networks';

export const forgetTogether = (cache: ChangingFactCache<AccessFacts>): ChangingFactCache<AccessFacts> => ({
  ...cache,
  forget(keys) {
    if (keys.includes(CHANGED)) cache.forgetAll();
  },
});
