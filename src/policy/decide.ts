/** decide — asks the rules in their order; the first objection is the answer.
 *
 * At once when everything is in memory. A rule that could not find out ends the questions too: who comes
 * after it might refuse for good what it would have made wait. Where its `whenUnknown` is `pass`, it had no
 * objection. A rule in shadow is not waited for, and the log alone hears of its objection. */

import { type Answer, later, type Soon } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import type { Counter, Tally } from '../base/tally.ts';
import { printable, reasonOf } from '../base/text.ts';
import type { Ordered } from './order.ts';
import { type PolicyRequest, type State, states } from './request.ts';
import type { Mode, Rule } from './rule.ts';
import type { PolicyServices } from './services.ts';
import { type Judgement, pass } from './verdict.ts';

export interface Decide {
  /** What all rules together say. Never rejects, never throws. */
  decide(request: PolicyRequest): Soon<Judgement>;
  /** Other rules from now on. */
  apply(order: readonly Ordered[]): void;
}

export interface DecideParts {
  readonly order: readonly Ordered[];
  readonly services: PolicyServices;
  /** Hears each objection. */
  readonly log: Log;
  /** Hears what could not be found out. */
  readonly sparing: Log;
  /** By rule, mode and verdict. */
  readonly tally: Tally;
}

export interface Trace {
  /** In the order in which they are asked; those after an objection too. */
  readonly steps: readonly { readonly rule: string; readonly mode: Mode; readonly judgement: Judgement }[];
  readonly judgement: Judgement;
}

interface Active extends Ordered {
  readonly counters: Readonly<Record<Judgement['kind'], Counter>>;
}

export function createDecide({ order, services, log, sparing, tally }: DecideParts): Decide {
  let byState = arrange(order, tally);

  const decide = (request: PolicyRequest): Soon<Judgement> =>
    goOn(request, byState.get(request.state) ?? [], 0);

  // Makes no closure while rules answer at once: that is the usual case, and each would cost as much as a rule.
  function goOn(request: PolicyRequest, rules: readonly Active[], from: number): Soon<Judgement> {
    for (let at = from; at < rules.length; at += 1) {
      const active = rules[at] as Active;
      const judgement = judgeWith(active.rule, request, services);
      if (judgement instanceof Promise) {
        const objection = settleLate(active, request, judgement);
        if (active.mode !== 'shadow') return goOnLate(objection, request, rules, at + 1);
      } else {
        const objection = settle(active, request, judgement);
        if (objection) return objection;
      }
    }
    return pass;
  }

  const settleLate = (active: Active, request: PolicyRequest, judgement: Promise<Judgement>) =>
    judgement.then((late) => settle(active, request, late));

  const goOnLate = (
    objection: Promise<Judgement | undefined>,
    request: PolicyRequest,
    rules: readonly Active[],
    from: number,
  ): Promise<Judgement> => objection.then((late) => late ?? goOn(request, rules, from));

  /** The answer, if there is an objection that counts. */
  function settle(active: Active, request: PolicyRequest, judgement: Judgement): Judgement | undefined {
    active.counters[judgement.kind].count += 1;
    if (judgement.kind === 'pass') return undefined;
    report(active, request, judgement, { log, sparing });
    const objection = objectionOf(active, judgement);
    if (objection?.kind === 'wait') objection.deed?.();
    return objection;
  }

  return {
    decide,
    apply(next) {
      byState = arrange(next, tally);
    },
  };
}

/** The judgement, if Postfix is to hear of it. */
export function objectionOf({ mode, whenUnknown }: Ordered, judgement: Judgement): Judgement | undefined {
  if (judgement.kind === 'pass' || mode === 'shadow') return undefined;
  return judgement.kind === 'later' && whenUnknown === 'pass' ? undefined : judgement;
}

/** What each rule that is on in this state says, and what all together say: for `explain`, without a log. */
export async function traceRules(
  request: PolicyRequest,
  order: readonly Ordered[],
  services: PolicyServices,
): Promise<Trace> {
  const steps: Trace['steps'][number][] = [];
  let objection: Judgement | undefined;
  for (const ordered of order) {
    const { rule, mode } = ordered;
    if (mode === 'off' || !rule.states.includes(request.state)) continue;
    const judgement = await judgeWith(rule, request, services);
    objection ??= objectionOf(ordered, judgement);
    steps.push({ rule: rule.name, mode, judgement });
  }
  return { steps, judgement: objection ?? pass };
}

/** What one rule says; what it throws is a bug, and `later`. */
export function judgeWith(rule: Rule, request: PolicyRequest, services: PolicyServices): Soon<Judgement> {
  try {
    const judgement = rule.judge(request, services);
    return judgement instanceof Promise ? judgement.catch(failed) : judgement;
  } catch (error) {
    return failed(error);
  }
}

const failed = (error: unknown): Judgement => later(`the rule failed: ${reasonOf(error)}`);

/** An answer about facts as a judgement: what is not known, and what proves nothing, is `later`. */
export const judgementOf = (answer: Answer<Judgement>): Judgement => {
  if (answer.kind === 'found') return answer.value;
  return answer.kind === 'later' ? answer : later('the rule gave no answer');
};

function arrange(order: readonly Ordered[], tally: Tally): ReadonlyMap<State, readonly Active[]> {
  const active = order
    .filter(({ mode }) => mode !== 'off')
    .map((one) => ({ ...one, counters: countersOf(one, tally) }));
  return new Map(states.map((state) => [state, active.filter(({ rule }) => rule.states.includes(state))]));
}

const countersOf = ({ rule: { name }, mode }: Ordered, tally: Tally): Active['counters'] => ({
  pass: tally.at(name, mode, 'pass'),
  refuse: tally.at(name, mode, 'refuse'),
  wait: tally.at(name, mode, 'wait'),
  later: tally.at(name, mode, 'later'),
});

/** In an outage each request has something that could not be found out: that is told sparingly. */
function report(
  { rule, mode, whenUnknown }: Active,
  request: PolicyRequest,
  judgement: Judgement,
  { log, sparing }: Pick<DecideParts, 'log' | 'sparing'>,
): void {
  if (judgement.kind === 'pass') return;
  const about = { rule: rule.name, ...whoAndWhat(request) };
  if (judgement.kind === 'later') {
    sparing.warn('policy.later', { ...about, mode, whenUnknown, why: judgement.why });
    return;
  }
  const { code, status, text } = judgement.reply;
  const event = mode === 'shadow' ? 'policy.shadow' : 'policy.refused';
  log.info(event, { ...about, reply: `${code} ${status} ${text}`, because: judgement.because });
}

const whoAndWhat = ({ state, sender, recipient, client, sasl, instance }: PolicyRequest) => ({
  state,
  sender: printable(sender),
  recipient: printable(recipient),
  client: printable(client.address),
  sasl: printable(sasl.username),
  instance: printable(instance),
});
