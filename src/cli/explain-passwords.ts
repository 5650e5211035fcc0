/** explain-passwords — which passwords of who has logged in are suspended, and what is counted that may suspend one.
 *
 * No rule tells it of a message: with which password that is sent the process of Postfix that asks would have to say.
 * And of bounces no rule is asked, for the mail is gone. */

import { reasonOf } from '../base/text.ts';
import type { Usage, UsedLimit } from '../policy/limits/usage.ts';
import { read, showMoment } from './accounts.ts';
import { askDaemon } from './ask-daemon.ts';
import type { World } from './command.ts';
import type { Output } from './output.ts';

export interface ExplainedPasswords {
  readonly suspended: readonly Suspended[];
  /** Of the limits that suspend those of which something is used. */
  readonly counted: readonly UsedLimit[];
  /** Why either could not be told. */
  readonly unknown: readonly string[];
}

interface Suspended {
  /** As limits call it: `password 17 (phone) of alice@example.org`. */
  readonly whose: string;
  readonly since: Date | null;
  readonly because: string | null;
  /** What to type. */
  readonly undo: string;
}

export async function explainPasswords(world: World, login: string): Promise<ExplainedPasswords> {
  const unknown: string[] = [];
  const orUnknown = (error: unknown): readonly never[] => {
    unknown.push(reasonOf(error));
    return [];
  };
  const suspended = await suspendedOf(world, login).catch(orUnknown);
  const counted = await countedOf(world, login).catch(orUnknown);
  return { suspended, counted, unknown };
}

async function suspendedOf(world: World, login: string): Promise<readonly Suspended[]> {
  const { findUser } = await import('../accounts/find-user.ts');
  const { passwordsOf } = await import('../accounts/passwords.ts');
  return read(world, async (sql) => {
    const found = await findUser(sql, login);
    if (found.kind === 'refused') return [];
    const { id, email, username } = found.value;
    const rows = (await passwordsOf(sql, id)).filter((row) => row.suspended_at !== null);
    const { nameOf } = await import('../policy/limits/order.ts');
    return rows.map((row) => ({
      whose: nameOf(username, { ...row, id: String(row.id), isSuspended: true, restoredAt: null }),
      since: row.suspended_at,
      because: row.suspended_because,
      undo: restoring(email, row.id, rows.length),
    }));
  });
}

/** The number is needed where one of several is meant. */
export const restoring = (email: string, id: number, suspended: number): string =>
  `dovetail password restore ${email}${suspended > 1 ? ` ${id}` : ''}`;

async function countedOf(world: World, user: string): Promise<readonly UsedLimit[]> {
  const found = await askDaemon<Usage>(await world.settings(), '/limits/usage', { user });
  if (found.kind === 'later') throw new Error(found.why);
  const limits = found.kind === 'usage' ? found.limits : [];
  return limits.filter(({ over, used }) => over === 'suspends' && used > 0);
}

export async function printPasswords(
  { output, settings }: { readonly output: Output } & Pick<World, 'settings'>,
  login: string,
  { suspended, counted, unknown }: ExplainedPasswords,
): Promise<void> {
  const { spanOf, wordsOf } = await import('../policy/limits/words.ts');
  const { bounceShare } = await settings();
  output.line('');
  output.line(`The passwords of ${login}, and what may suspend one:`);
  for (const { whose, since, because, undo } of suspended) {
    output.line(`  ${whose}: suspended since ${showMoment(since)} UTC: ${because}; ${undo} undoes it`);
  }
  for (const { whose, counter, used, limit, within } of counted) {
    const share = counter === 'bounces' ? `, and ${bounceShare} % of all its recipients are needed too` : '';
    output.line(`  ${whose}: ${used} ${wordsOf[counter]} in ${spanOf(within)}, of ${limit}${share}`);
  }
  for (const why of unknown) output.line(`  not known: ${why}`);
  if (suspended.length + counted.length + unknown.length === 0)
    output.line('  none is suspended, and nothing is counted that may suspend one');
}
