/** replay — what Postfix would be told of recorded requests by two orders of rules, or with other limits, and where they differ.
 *
 * The two do not know of one another: what one of them lets through is counted in its world only. */

import type { Instant } from '../../base/clock.ts';
import { judgeWith, objectionOf } from '../decide.ts';
import type { Ordered } from '../order.ts';
import type { PolicyRequest } from '../request.ts';
import type { PolicyServices } from '../services.ts';
import { type Judgement, pass } from '../verdict.ts';
import type { DryServices } from './dry.ts';
import type { Recorded } from './recorded.ts';

/** What Postfix would be told, and by which rule if any objects. */
export interface Told {
  readonly rule: string | undefined;
  readonly judgement: Judgement;
  /** Why a rule could not find out, whatever came of it. */
  readonly unknown: string | undefined;
}

export interface Replayed {
  readonly recorded: Recorded;
  readonly today: Told;
  readonly changed: Told;
}

export interface ReplayParts {
  readonly today: readonly Ordered[];
  readonly changed: readonly Ordered[];
  /** Of the changed world. */
  readonly changeLimits?: Parameters<DryServices>[2];
  readonly dry: DryServices;
  /** For recordings that do not tell it: all of it happens then. */
  readonly now: Instant;
}

export interface Replay {
  /** In the order in which they were recorded. */
  run(batch: readonly Recorded[]): Promise<Replayed[]>;
}

export function createReplay({ today, changed, changeLimits, dry, now }: ReplayParts): Replay {
  let at: Instant | undefined;
  const clock = (): Instant => at ?? now;
  const open = () => [
    { order: today, services: dry(clock, today) },
    { order: changed, services: dry(clock, changed, changeLimits) },
  ];
  const worlds = open();

  /** Asks both, and throws the answers away: what all of them need to know is read at once then, and not one after another. */
  const prepare = (batch: readonly Recorded[]): Promise<unknown> =>
    Promise.all(
      open().flatMap(({ order, services }) => batch.map(({ request }) => tellOf(request, order, services))),
    );

  return {
    async run(batch) {
      await prepare(batch);
      const replayed: Replayed[] = [];
      for (const recorded of batch) {
        at = Math.max(at ?? recorded.at ?? now, recorded.at ?? now);
        const [before, after] = await Promise.all(
          worlds.map((world) => tellOf(recorded.request, world.order, world.services)),
        );
        if (before && after) replayed.push({ recorded, today: before, changed: after });
      }
      return replayed;
    },
  };
}

/** As `decide`, which asks nobody behind an objection; a rule in shadow counts too. */
async function tellOf(
  request: PolicyRequest,
  order: readonly Ordered[],
  services: PolicyServices,
): Promise<Told> {
  let unknown: string | undefined;
  for (const ordered of order) {
    if (ordered.mode === 'off' || !ordered.rule.states.includes(request.state)) continue;
    const judgement = await judgeWith(ordered.rule, request, services);
    if (judgement.kind === 'later') unknown ??= judgement.why;
    const objection = objectionOf(ordered, judgement);
    if (objection) return { rule: ordered.rule.name, judgement: objection, unknown };
  }
  return { rule: undefined, judgement: pass, unknown };
}

/** Numbers within a sentence, such as how long is left, make no difference. */
export const isDifferent = ({ today, changed }: Pick<Replayed, 'today' | 'changed'>): boolean =>
  today.rule !== changed.rule || replyOf(today) !== replyOf(changed);

const replyOf = ({ judgement }: Told): string =>
  'reply' in judgement ? `${judgement.reply.code} ${judgement.reply.status}` : judgement.kind;
