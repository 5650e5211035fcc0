/** explain-way — what Postfix is answered on the way of an address, and how full the mailboxes are where it ends. */

import type { QuotaRow } from '../accounts/listing/quotas.ts';
import type { Address } from '../base/address.ts';
import { type Answer, unreachable } from '../base/answer.ts';
import { silent } from '../base/log.ts';
import type { Question } from '../lookup/way.ts';
import { read } from './accounts.ts';
import type { World } from './command.ts';
import type { Output } from './output.ts';
import { showUsage, showValue } from './quota-list.ts';

/** Of a large group so many destinations are followed, and told of. */
export const MAX_FOLLOWED = 50;

/** A question with the words that Postfix reads. */
export interface ToldQuestion extends Omit<Question, 'answer'> {
  readonly kind: Answer<string>['kind'];
  readonly reply: string;
}

export const tellAll = (questions: readonly Question[]): Promise<ToldQuestion[]> =>
  Promise.all(
    questions.map(async ({ stage, map, key, answer }) => ({
      stage,
      map,
      key,
      kind: answer.kind,
      reply: await replyOf(map, key, answer),
    })),
  );

/** The words of the protocol itself, without its framing. */
export async function replyOf(map: string, key: string, answer: Answer<string>): Promise<string> {
  const { socketmap } = await import('../protocol/socketmap.ts');
  const { readNetstring } = await import('../wire/netstring.ts');
  const { converse } = socketmap({ lookup: { has: () => true, answer: () => answer }, log: silent });
  return readNetstring(await converse().answer(`${map} ${key}`));
}

export function printWay(output: Output, questions: readonly ToldQuestion[]): void {
  output.line('');
  output.line('Postfix is answered, in its order:');
  const widthOf = (cell: (question: ToldQuestion) => string): number =>
    Math.max(...questions.map((question) => cell(question).length));
  const [stages, maps, keys] = [widthOf(stageOf), widthOf(({ map }) => map), widthOf(({ key }) => key)];
  for (const question of questions) {
    const { map, key, reply } = question;
    const cells = [stageOf(question).padEnd(stages), map.padEnd(maps), key.padEnd(keys), reply.trimEnd()];
    output.line(`  ${cells.join('  ')}`);
  }
}

function stageOf({ stage }: ToldQuestion): string {
  switch (stage) {
    case 'login':
      return 'who may send';
    case 'rewritten':
    case 'expanded':
    case 'copied':
    case 'sent':
      return stage;
    default:
      return unreachable(stage);
  }
}

/** Limits and usage of these mailboxes, as reported. */
export async function quotasOf(world: World, mailboxes: readonly Address[]): Promise<readonly QuotaRow[]> {
  if (mailboxes.length === 0) return [];
  const { listQuotas } = await import('../accounts/listing/quotas.ts');
  const { allOf } = await import('../accounts/paging.ts');
  return read(world, (sql) => allOf(listQuotas(sql, { users: mailboxes })));
}

export function printQuotas(output: Output, quotas: readonly QuotaRow[]): void {
  if (quotas.length === 0) return;
  output.line('');
  output.line('How full the mailboxes are, as reported:');
  const width = Math.max(...quotas.map(({ user }) => user.length));
  for (const row of quotas) {
    const share = row.percent === null ? '' : ` (${row.percent} %)`;
    const usage = `${showUsage(row)} of ${showValue(row.quota_type, row.limit)}${share}`;
    output.line(`  ${row.user.padEnd(width)}  ${row.quota_type.padEnd(8)}  ${usage}`);
  }
}
