/** bounces — counts recipients who do not exist against the password with which mail was sent to them, as Postfix's own
 * log tells, and suspends it when they are too many: a hand of the rule `sudden-spread`, in its mode.
 *
 * A password that was changed, or restored, since a message was sent is not the one that sent it: nothing is counted
 * against it. Where the password is not certain what comes back is counted together, and an event tells of it.
 *
 * security whoever writes to the log can have passwords suspended: docs/stolen-passwords.md
 * bugs     what is read late (an outage, a stopped process) counts as if it came late */

import type { CredentialFacts } from '../../auth/facts.ts';
import { unreachable } from '../../base/answer.ts';
import type { Log } from '../../base/log.ts';
import type { Tally } from '../../base/tally.ts';
import { printable, reasonOf } from '../../base/text.ts';
import type { Counts, Exceeded, Order } from '../limits/charge.ts';
import type { Limit } from '../limits/limit.ts';
import { nameOf, type Whose } from '../limits/order.ts';
import { findPassword, type Password, passwordOf } from '../limits/sent-by.ts';
import type { Suspend } from '../limits/suspend.ts';
import { spanOf, wordsOf } from '../limits/words.ts';
import { createLogLines } from '../replay/log-line.ts';
import type { Mode } from '../rule.ts';
import { bounceOrder, bouncePlan, settledBeside, shareOf } from './charges.ts';
import { limitsOf, type Sender, type Senders, type SendersParts } from './senders.ts';
import { type Told, toldBy } from './told.ts';

export interface Bounces {
  /** Lines of Postfix's log, in their order. Settles when all of them are counted. Never rejects. */
  take(lines: readonly string[]): Promise<void>;
}

export interface BouncesParts extends Pick<SendersParts, 'credentials' | 'limits'> {
  readonly senders: Senders;
  readonly counts: Pick<Counts, 'charge' | 'uses'>;
  readonly suspend: Suspend;
  /** Of the rule. */
  readonly modeOf: () => Mode;
  /** From which percentage on of all that found its end. */
  readonly shareFrom: () => number;
  /** Now: lines may have no year. */
  readonly date: Date;
  /** Sparing. */
  readonly log: Log;
  /** What was made of recipients who do not exist. */
  readonly tally: Tally;
}

/** `uncertain`: with which password was not known. `foreign`: sent by nobody of ours, or before we heard. `forgiven`: the
 * password is another one now. `later`: nobody could find out. */
type Outcome = 'counted' | 'uncertain' | 'foreign' | 'forgiven' | 'unlimited' | 'later';

type Settled = Told & { kind: 'settled' };

/** Whose counters are raised, and by what. */
interface Charged {
  readonly order: Order;
  readonly limits: readonly Limit[];
  readonly whose: Whose;
  readonly password: Password | undefined;
}

export function createBounces({ senders, log, tally, date, ...parts }: BouncesParts): Bounces {
  const parse = createLogLines(date);
  const judge = createJudge({ log, ...parts });

  async function settle(settled: Settled): Promise<void> {
    const outcome = await outcomeOf(settled).catch((error: unknown): Outcome => {
      log.warn('bounces.later', { why: reasonOf(error) });
      return 'later';
    });
    if (settled.isRefused) tally.at(outcome).count += 1;
  }

  async function outcomeOf(settled: Settled): Promise<Outcome> {
    const sender = await senders.senderOf(settled.message);
    if (!sender) return 'foreign';
    const charged = await chargedFor(sender, settled);
    if (typeof charged === 'string') return charged;
    const { order, password } = charged;
    const outcome = await parts.counts.charge(order);
    const exceeded = outcome.kind === 'within' && settled.isRefused ? outcome.exceeded : [];
    for (const one of exceeded) await judge(charged, one, sender.client);
    return password ? 'counted' : 'uncertain';
  }

  async function chargedFor({ login, password: then }: Sender, settled: Settled): Promise<Charged | Outcome> {
    const facts = await limitsOf(parts.limits, login);
    if (!facts) return 'later';
    const { limits } = bouncePlan(facts.limits);
    if (limits.length === 0) return 'unlimited';
    const now = then && (await findPassword(parts.credentials, login, then.id));
    if (then && !(now && isSame(then, now))) return 'forgiven';
    const password = now && passwordOf(now);
    const whose = { user: login, credential: nameOf(login, password), domain: facts.domain, network: '' };
    return { order: bounceOrder(facts, { whose, password }, settled), limits, whose, password };
  }

  /** What is to be waited for. */
  function hear(told: Told): Promise<void> | undefined {
    switch (told.kind) {
      case 'taken':
        return senders.take(told);
      case 'handed-on':
        return void senders.handOn(told.message, told.from);
      case 'settled':
        return settle(told);
      case 'removed':
        return void senders.remove(told.message);
      default:
        return unreachable(told);
    }
  }

  return {
    async take(lines) {
      const heard: Promise<void>[] = [];
      for (const line of lines) {
        const parsed = parse(line);
        const told = parsed && toldBy(parsed);
        const hearing = told && hear(told);
        if (hearing) heard.push(hearing);
      }
      await Promise.all(heard);
    },
  };
}

/** The same password, and not restored since. */
const isSame = (then: CredentialFacts, now: CredentialFacts): boolean =>
  then.changedAt === now.changedAt && then.restoredAt === now.restoredAt;

type JudgeParts = Pick<BouncesParts, 'counts' | 'suspend' | 'modeOf' | 'shareFrom' | 'log'>;

/** Looks at a limit that was exceeded, and does what the rule does. */
function createJudge({ counts, suspend, modeOf, shareFrom, log }: JudgeParts) {
  return async ({ order, limits, whose, password }: Charged, { index, used }: Exceeded, client: string) => {
    const limit = limits[index] as Limit;
    const [settled] = await counts.uses(order.home, [settledBeside(order, limit)]);
    const share = shareOf(used, settled?.used ?? 0);
    const mode = modeOf();
    if (password?.isSuspended || share < shareFrom() || mode === 'off') return;
    const { counter, max } = limit;
    const window = limit.window / 1000;
    const why = `${used} ${wordsOf[counter]} in ${spanOf(window)}, of ${max}: ${share} % of all recipients`;
    const details = { counter, used, limit: max, window, share, client: printable(client) };
    if (mode === 'enforce') return suspend({ password, whose }, why, details);
    const about = { rule: 'sudden-spread', sasl: printable(whose.user), client: details.client };
    log.info('policy.shadow', {
      ...about,
      reply: `the password would be suspended: ${why}`,
      because: { ...details, by: limit.by, whose: whose.credential },
    });
  };
}
