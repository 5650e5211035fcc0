/** explain-policy — what each policy rule says of a sender and a recipient, and what Postfix would be told. */

import type { Settings } from '../config/settings.ts';
import type { Trace } from '../policy/decide.ts';
import type { PolicyRequest } from '../policy/request.ts';
import type { Judgement } from '../policy/verdict.ts';
import type { Services } from '../services.ts';
import { createReader } from './accounts.ts';
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
  const trace = await traceRules(request, order, services.policyServices);
  return { ...trace, reply: actionOf(request.state, trace.judgement) };
}

async function requestOf(world: World, what: string, asked: Asked): Promise<PolicyRequest> {
  const { sender = '', recipient = '', login = '', client = '192.0.2.1', size } = asked;
  return {
    state: 'RCPT',
    sender,
    recipient,
    recipientCount: 0,
    size: size === undefined ? 0 : ((await createReader(world, what)).size(size) ?? 0),
    instance: 'explain',
    queueId: '',
    client: { address: client, name: 'unknown', reverseName: 'unknown' },
    helo: '',
    sasl: { username: login, method: login === '' ? '' : 'PLAIN', sender: '' },
    tls: { protocol: '', fingerprint: '' },
    context: login === '' ? 'mx' : 'submission',
  };
}

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
