/** explain-policy — what each policy rule says of a sender and a recipient, and what Postfix would be told. */

import { later } from '../base/answer.ts';
import { reasonOf } from '../base/text.ts';
import type { Settings } from '../config/settings.ts';
import type { Trace } from '../policy/decide.ts';
import type { Charged } from '../policy/limits/charging.ts';
import type { PolicyRequest } from '../policy/request.ts';
import type { PolicyServices } from '../policy/services.ts';
import type { Judgement } from '../policy/verdict.ts';
import type { Services } from '../services.ts';
import { createReader } from './accounts.ts';
import { askDaemon } from './ask-daemon.ts';
import type { World } from './command.ts';
import type { Output } from './output.ts';

/** As on the command line. */
export interface Asked {
  readonly sender?: string;
  readonly recipient?: string;
  readonly login?: string;
  readonly client?: string;
  readonly size?: string;
}

export interface ExplainedPolicy extends Trace {
  /** All that Postfix would read. */
  readonly reply: string;
}

/** At RCPT, as Postfix asks with generated configuration. */
export async function explainPolicy(
  services: Services,
  world: World,
  what: string,
  asked: Asked,
): Promise<ExplainedPolicy> {
  const { policyRules }: Settings = await world.settings();
  const { traceRules } = await import('../policy/decide.ts');
  const { orderRules } = await import('../policy/order.ts');
  const rules = await import('../policy/rules/index.ts');
  const { actionOf } = await import('../protocol/policy.ts');
  const request = await requestOf(world, what, asked);
  const order = orderRules(rules.policyRules, policyRules);
  const { policyServices } = services;
  const charge = askedOf(world, policyServices.charge);
  const trace = await traceRules(request, order, { ...policyServices, charge });
  return { ...trace, reply: actionOf(request.state, trace.judgement) };
}

async function requestOf(world: World, what: string, { size, ...asked }: Asked): Promise<PolicyRequest> {
  const { requestAtRcpt } = await import('../policy/request.ts');
  const octets = size === undefined ? 0 : ((await createReader(world, what)).size(size) ?? 0);
  return requestAtRcpt({ client: '192.0.2.1', ...asked, size: octets });
}

/** What is counted is in the daemon, or in Redis, which the daemon asks: here it would be nothing. */
const askedOf =
  (world: World, charge: PolicyServices['charge']): PolicyServices['charge'] =>
  async (request) => {
    const own = await charge(request);
    if (own.kind !== 'counted') return own;
    const { sasl, recipient, client } = request;
    const words = { user: sasl.username, recipient, ip: client.address };
    return askDaemon<Charged>(await world.settings(), '/limits/charge', words).catch((error: unknown) =>
      later(reasonOf(error)),
    );
  };

export function printPolicy(output: Output, { steps, reply }: ExplainedPolicy): void {
  output.line('');
  output.line('The policy rules say:');
  for (const { rule, mode, judgement } of steps) {
    output.line(`  ${rule.padEnd(20)}${mode === 'shadow' ? '(shadow) ' : ''}${wordsOf(judgement)}`);
  }
  output.line(`  ⇒ ${reply.trim()}`);
}

/** `550 5.7.1 Not accepted here (list: everybody)`, or that there is no objection. */
export function wordsOf(judgement: Judgement): string {
  if (judgement.kind === 'pass') return 'no objection';
  if (judgement.kind === 'later') return `could not find out: ${judgement.why}`;
  const { code, status, text } = judgement.reply;
  const reasons = Object.entries(judgement.because).map(([name, value]) => `${name}: ${value}`);
  return `${code} ${status} ${text} (${reasons.join(', ')})`;
}
