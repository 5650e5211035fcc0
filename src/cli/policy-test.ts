/** policy-test — `dovetail policy test`: recorded requests against today's rules and limits, and changed ones. Nothing is written anywhere.
 *
 * exit     0 whatever differs; 75 a rule could not find something out */

import type { Ordered } from '../policy/order.ts';
import type { Recorded, Recording } from '../policy/replay/recorded.ts';
import type { Replay } from '../policy/replay/replay.ts';
import { failure, type World } from './command.ts';
import { linesOf } from './lines.ts';
import { openServices } from './open-services.ts';
import { createTelling, type Telling } from './policy-differences.ts';
import { type LimitOptions, limitsToTry } from './policy-test-limits.ts';

interface TestOptions extends LimitOptions {
  readonly rules?: string;
  readonly with?: string;
  /** How many differences are listed. */
  readonly limit: number;
}

const WHAT = 'cannot replay';
/** So many requests have what they need read at once. */
const BATCH = 256;

export async function testPolicy(
  world: World,
  files: readonly string[],
  options: TestOptions,
): Promise<void> {
  const changeLimits = await limitsToTry(world, WHAT, options);
  const orders = await ordersOf(world, options, changeLimits !== undefined);
  const services = await openServices(world, WHAT);
  // What was read once is true for the whole replay, whatever changes meanwhile.
  services.listening(true);
  const { createReplay } = await import('../policy/replay/replay.ts');
  const now = world.clock.date().getTime();
  const replay = createReplay({ ...orders, changeLimits, dry: services.dryPolicy, now });
  const telling = await createTelling(world, options.limit);
  const recording = await replayAll(world, files, replay, telling);
  if (telling.summary.requests === 0) {
    const why = 'there is no policy request in it, and no mail that Postfix took or refused';
    throw failure({
      what: WHAT,
      why,
      advice: 'name a mail log of Postfix, or a file of its policy requests',
    });
  }
  telling.end(recording.skipped);
  if (telling.summary.unknown > 0) world.exitWith(75);
}

/** Today's rules, and the changed ones. */
async function ordersOf(
  world: World,
  { rules, with: changes }: TestOptions,
  hasLimits: boolean,
): Promise<{ readonly today: readonly Ordered[]; readonly changed: readonly Ordered[] }> {
  const { orderRules, parseChoices, withChoices } = await import('../policy/order.ts');
  const { policyRules } = await import('../policy/rules/index.ts');
  const choicesOf = (option: string, text: string) => {
    if (option === '--rules' && text === 'default') return null;
    const names = policyRules.map(({ name }) => name);
    const chosen = parseChoices(text, names);
    if (chosen) return chosen;
    const why = `${option} is no list of rules: ${text}`;
    throw failure({ what: WHAT, why, advice: 'see: dovetail policy rules, and docs/policy.md', code: 2 });
  };
  const today = orderRules(policyRules, (await world.settings()).policyRules);
  if (rules === undefined && changes === undefined && !hasLimits) {
    const advice = 'say what, with --rules, --with or --with-limit';
    throw failure({ what: WHAT, why: 'nothing is to be changed', advice, code: 2 });
  }
  const base = rules === undefined ? today : orderRules(policyRules, choicesOf('--rules', rules));
  const changed = changes === undefined ? base : withChoices(base, choicesOf('--with', changes) ?? []);
  return { today, changed };
}

async function replayAll(
  world: World,
  files: readonly string[],
  replay: Replay,
  telling: Telling,
): Promise<Recording> {
  let recording: Recording | undefined;
  let batch: Recorded[] = [];
  const run = async () => {
    for (const replayed of await replay.run(batch.splice(0))) telling.hear(replayed);
  };
  for await (const lines of linesOf(world, WHAT, files)) {
    for (const line of lines) {
      recording ??= line === '' ? undefined : await recordingOf(world, line);
      batch.push(...(recording?.take(line) ?? []));
      if (batch.length >= BATCH) await run();
    }
  }
  batch = [...batch, ...(recording?.end() ?? [])];
  while (batch.length > 0) {
    const left = batch.splice(BATCH);
    await run();
    batch = left;
  }
  return recording ?? recordingOf(world, '');
}

/** What its first line looks like. */
async function recordingOf(world: World, line: string): Promise<Recording> {
  if (/^[a-z_]+=/u.test(line)) {
    return (await import('../protocol/policy-recording.ts')).createPolicyRecording();
  }
  return (await import('../policy/replay/mail-log.ts')).createMailLog(world.clock.date());
}
