/** policy-differences — what a replay of policy requests says, for people as it goes on, for machines at its end. */

import { seconds } from '../base/clock.ts';
import { printable } from '../base/text.ts';
import type { Recorded, Recording } from '../policy/replay/recorded.ts';
import type { Replayed, Told } from '../policy/replay/replay.ts';
import type { Summary } from '../policy/replay/summary.ts';
import type { World } from './command.ts';
import { wordsOf } from './explain-policy.ts';

const PROGRESS = seconds(5);
const MAX_FATE = 500;

export interface Telling {
  readonly summary: Summary;
  hear(replayed: Replayed): void;
  end(skipped: Recording['skipped']): void;
}

/** `limit`: how many differences are listed; all are counted. */
export async function createTelling(world: World, limit: number): Promise<Telling> {
  const { addTo, createSummary } = await import('../policy/replay/summary.ts');
  const { isDifferent } = await import('../policy/replay/replay.ts');
  const { actionOf } = await import('../protocol/policy.ts');
  const { output, clock, input } = world;
  const summary = createSummary();
  const differences: unknown[] = [];
  let listed = 0;
  let told = clock.now();

  const sideOf = ({ recorded }: Replayed, { judgement, rule }: Told) => ({
    action: actionOf(recorded.request.state, judgement)
      .trim()
      .replace(/^action=/u, ''),
    rule: rule ?? null,
    because: 'because' in judgement ? judgement.because : null,
  });

  return {
    summary,
    hear(replayed) {
      addTo(summary, replayed);
      if (input.isTerminal && clock.now() - told > PROGRESS) {
        told = clock.now();
        const { at } = aboutOf(replayed.recorded);
        const until = at === null ? '' : `, up to ${at.slice(0, 16).replace('T', ' ')}`;
        output.note(`${summary.requests} requests${until}, ${summary.changed} answers change`);
      }
      if (!isDifferent(replayed) || listed >= limit) return;
      listed += 1;
      if (!output.json) return printDifference(world, replayed);
      const [today, changed] = [sideOf(replayed, replayed.today), sideOf(replayed, replayed.changed)];
      differences.push({ ...aboutOf(replayed.recorded), today, changed });
    },
    end(skipped) {
      const passedOver = Object.fromEntries(skipped);
      if (output.json) return output.value({ ...summary, skipped: passedOver, differences });
      if (summary.changed > listed) output.line(`… and ${summary.changed - listed} more (--limit)`);
      printSummary(world, summary, passedOver);
    },
  };
}

const aboutOf = ({ at, request: { state, client, sasl, sender, recipient, queueId }, fate }: Recorded) => ({
  at: at === undefined ? null : new Date(at).toISOString(),
  state,
  client: client.address,
  login: sasl.username,
  sender,
  recipient,
  queue_id: queueId,
  fate: fate ?? null,
});

function printDifference({ output }: World, { recorded, today, changed }: Replayed): void {
  const { at, state, client, login, sender, recipient, fate } = aboutOf(recorded);
  const who = login === '' ? client : `${login} at ${client}`;
  const where = state === 'RCPT' ? '' : `, ${state}`;
  const way = `${printable(sender || '<>')} → ${printable(recipient || 'all')}`;
  output.line(`${at ?? ''} ${way} (${printable(who)}${where})`.trim());
  output.line(`  today    ${sideWords(today)}`);
  output.line(`  changed  ${sideWords(changed)}`);
  if (fate !== null) output.line(`  the log  ${printable(fate, MAX_FATE)}`);
}

const sideWords = ({ rule, judgement }: Told): string =>
  `${rule === undefined ? '' : `${rule}: `}${wordsOf(judgement)}`;

function printSummary({ output }: World, summary: Summary, skipped: Record<string, number>): void {
  const { requests, changed, unknown, why, answers, changes } = summary;
  if (changed > 0) output.line('');
  output.line(`${requests} requests, ${changed} answers change`);
  for (const { from, to, rule, count } of changes.toSorted((a, b) => b.count - a.count)) {
    output.line(`  ${String(count).padStart(8)}  ${from} → ${to}  ${rule}`);
  }
  for (const [name, { pass, refuse, wait, later }] of Object.entries(answers)) {
    output.line(
      `${name.padEnd(8)} ${pass} pass, ${refuse} refused, ${wait} asked to wait, ${later} not found out`,
    );
  }
  for (const [reason, count] of Object.entries(skipped)) output.line(`left out: ${count} ${reason}`);
  if (unknown > 0) output.note(`Of ${unknown} requests a rule could not find something out: ${why}`);
}
