/** open-policy — the policy service of the settings: its rules in their order, and what they may ask. */

import { objectionTo } from './auth/admit.ts';
import type { Soon } from './base/answer.ts';
import { createTally, type Tally } from './base/tally.ts';
import type { Settings } from './config/settings.ts';
import type { Ground } from './ground.ts';
import { openBounces } from './open-bounces.ts';
import { openGreylist } from './open-greylist.ts';
import { openRates } from './open-rates.ts';
import type { Bounces } from './policy/bounces/bounces.ts';
import type { SendersParts } from './policy/bounces/senders.ts';
import { createDecide, type Decide } from './policy/decide.ts';
import { createLapseOf } from './policy/lapse.ts';
import { type Charged, createCharging } from './policy/limits/charging.ts';
import { readLimits } from './policy/limits/read.ts';
import { createSentBy, type SentByParts } from './policy/limits/sent-by.ts';
import { createSuspend, suspendNothing } from './policy/limits/suspend.ts';
import { createUsageOf, type Usage } from './policy/limits/usage.ts';
import { createMayUseMail } from './policy/logins.ts';
import { isEnforced, modeOf, orderRules } from './policy/order.ts';
import { createDryServices, type DryServices } from './policy/replay/dry.ts';
import { type Asked, requestAtRcpt } from './policy/request.ts';
import { policyRules } from './policy/rules/index.ts';
import { rateLimits } from './policy/rules/rate-limits.ts';
import { suddenSpread } from './policy/rules/sudden-spread.ts';
import type { PolicyServices } from './policy/services.ts';
import { readQuotas } from './quota/facts.ts';
import { readTotals } from './quota/totals.ts';

export interface OpenPolicy {
  readonly decide: Decide;
  /** What the rules of policy may ask. */
  readonly services: PolicyServices;
  /** The same, and nothing comes of it. */
  readonly dry: DryServices;
  readonly tally: Tally;
  /** Counts what comes back; undefined where nobody tells of it. */
  readonly bounces: Bounces | undefined;
  readonly bouncesTally: Tally;
  /** What a request would be charged. */
  look(asked: Asked): Soon<Charged>;
  /** How much of his limits a user has used. */
  usageOf(user: string): Promise<Usage>;
  /** Puts another order and other modes in force. */
  apply(settings: Settings): void;
  close(): Promise<void>;
}

/** What policy asks the other services. */
export type OpenPolicyParts = Pick<PolicyServices, 'answer' | 'recall' | 'resolution' | 'logins' | 'count'> &
  SentByParts &
  Pick<SendersParts, 'submissions'>;

export function openPolicy(ground: Ground, parts: OpenPolicyParts): OpenPolicy {
  const { answer, recall, resolution, logins, count, submissions, credentials } = parts;
  const { settings, database, caches, mayRead, mayWrite, clock, log, sparing } = ground;
  const greylist = openGreylist(ground);
  const fullMailboxes = { grace: settings.quotaGrace, some: settings.quotaSomeFull };
  const groups = { trusted: settings.groupTrustedNetworks };
  const rates = openRates(ground);
  const { counts } = rates;
  const limits = caches.of('limits', readLimits);
  let order = orderRules(policyRules, settings.policyRules);
  const charging = {
    ...{ limits, sentBy: createSentBy({ submissions, credentials }) },
    isEnforced: () => isEnforced(order, rateLimits),
  };
  const look = createCharging({ ...charging, count: counts.look });
  const services: PolicyServices = {
    answer,
    recall,
    resolution,
    mayUseMail: createMayUseMail(logins),
    lapseOf: createLapseOf({ logins, submissions, credentials, objectionTo }),
    logins,
    count,
    groups,
    greylist: greylist.services,
    charge: mayWrite ? createCharging({ ...charging, count: counts.charge }) : look,
    suspend: mayWrite ? createSuspend({ database, mayWrite: mayRead, clock, log }) : suspendNothing,
    quotas: caches.of('quotas', readQuotas),
    totals: caches.of('totals', (from, domains) => readTotals(from, domains, clock)),
    fullMailboxes,
  };
  const tally = createTally();
  const decide = createDecide({ order, services, log, sparing, tally });
  let { bounceShare } = settings;
  const bouncesTally = createTally();
  const bounces = openBounces(ground, {
    ...{ submissions, credentials, limits, counts, tally: bouncesTally },
    suspend: services.suspend,
    modeOf: () => modeOf(order, suddenSpread),
    shareFrom: () => bounceShare,
  });
  return {
    decide,
    services,
    dry: createDryServices(services, limits),
    tally,
    bounces,
    bouncesTally,
    look: (asked) => look(requestAtRcpt(asked)),
    usageOf: createUsageOf({ limits, credentials, counts, hearsBounces: settings.mailLog !== null }),
    apply(next) {
      order = orderRules(policyRules, next.policyRules);
      decide.apply(order);
      ({ bounceShare } = next);
      groups.trusted = next.groupTrustedNetworks;
      Object.assign(fullMailboxes, { grace: next.quotaGrace, some: next.quotaSomeFull });
    },
    close: async () => void (await Promise.all([greylist.close(), rates.close()])),
  };
}
