/** quota-recount — `dovetail quota recount`: has Dovecot count mailboxes, and writes what it says (docs/quotas.md).
 *
 * exit     0 all were counted; 75 some could not be, or Dovecot did not answer */

import type { Sql } from '../accounts/change.ts';
import { findUser, type UserRef } from '../accounts/find-user.ts';
import type { Domain } from '../base/address.ts';
import { formatSize, roughSize } from '../base/sizes.ts';
import { reasonOf } from '../base/text.ts';
import { isRightMissing } from '../database/refusal.ts';
import type { Counted } from '../net/doveadm.ts';
import type { Recounted } from '../quota/recount-all.ts';
import { accept, createReader, counted as someOf } from './accounts.ts';
import { CommandFailed, failure, type World } from './command.ts';
import { couldNotFindOut } from './open-services.ts';

export interface RecountOptions {
  readonly all?: true;
  readonly domain?: string;
}

const WHAT = 'cannot recount';

export async function recount(world: World, who: string | undefined, options: RecountOptions): Promise<void> {
  const given = [who, options.domain, options.all].filter((one) => one !== undefined).length;
  if (given !== 1) {
    const why =
      given === 0 ? 'whose mailboxes was not said' : 'a user, --domain and --all exclude each other';
    const advice = given === 0 ? 'give a user, --domain or --all' : 'give one of them';
    throw failure({ what: WHAT, why, advice, code: 2 });
  }
  const reader = await createReader(world, WHAT);
  const domain = reader.optional(reader.domain, options.domain);
  await assureDoveadm(world);
  const sql = await openSql(world);
  try {
    if (who === undefined) await recountMany(world, sql, domain);
    else await recountOne(world, sql, accept(WHAT, await findUser(sql, who)));
  } catch (error) {
    if (error instanceof CommandFailed || isRightMissing(error)) throw error;
    throw couldNotFindOut(WHAT, reasonOf(error));
  }
}

async function assureDoveadm(world: World): Promise<void> {
  if ((await world.settings()).doveadmUrls.length > 0) return;
  const advice = 'set it, and DOVETAIL_DOVEADM_API_KEY: docs/operations.md';
  throw failure({ what: WHAT, why: 'DOVETAIL_DOVEADM_URLS says nobody who could count', advice });
}

/** A transaction a statement: none is open for as long as all of it takes. */
async function openSql(world: World): Promise<Sql> {
  const { transaction } = await world.openDatabase();
  return { rows: (text, params) => transaction((sql) => sql.rows(text, params)) };
}

async function recountOne(world: World, sql: Sql, { email, username }: UserRef): Promise<void> {
  for await (const [one] of await startRecount(world, sql, onePage(username))) {
    if (one?.kind === 'counted') return tellOne(world, email, one);
    if (one?.kind === 'later') throw couldNotFindOut(WHAT, one.why);
    const advice = `see: doveadm user ${username}`;
    throw failure({ what: WHAT, why: `Dovecot does not know this user: ${email}`, advice });
  }
}

function tellOne(
  { output }: World,
  user: string,
  { was, counted, isCorrected }: Recounted & { kind: 'counted' },
): void {
  const bytes = counted.kibibytes * 1024;
  const value = {
    user,
    counted: { bytes, messages: counted.messages },
    written: was,
    corrected: isCorrected,
  };
  const holds = `${user}: ${formatSize(bytes)} in ${messagesIn(counted)}`;
  const written = `; written was ${roughSize(was.bytes)} in ${messagesIn(was)}.`;
  output.done(isCorrected ? holds + written : `${holds}, as it is written.`, value);
}

async function recountMany(world: World, sql: Sql, domain: Domain | undefined): Promise<void> {
  const { output, input } = world;
  const sum = { counted: 0, corrected: 0, unknown: 0 };
  const failed: { user: string; why: string }[] = [];
  const { listLogins } = await import('../accounts/listing/usage.ts');
  let told = 0;
  for await (const some of await startRecount(world, sql, loginsIn(listLogins(sql, domain)))) {
    for (const one of some) {
      if (one.kind === 'counted') sum.counted += 1;
      if (one.kind === 'counted' && one.isCorrected) sum.corrected += 1;
      if (one.kind === 'unknown') sum.unknown += 1;
      if (one.kind !== 'later') continue;
      failed.push({ user: one.login, why: one.why });
      if (!output.json) output.note(`${one.login} could not be counted: ${one.why}`);
    }
    if (!input.isTerminal || sum.counted < told + 1000) continue;
    told = sum.counted;
    output.note(`${told} counted, ${sum.corrected} corrected`);
  }
  const mailboxes = someOf(sum.counted, 'mailbox', 'mailboxes');
  const unknown = sum.unknown > 0 ? `; ${someOf(sum.unknown, 'user', 'users')} Dovecot does not know` : '';
  const sentence = `Counted ${mailboxes}, of which ${sum.corrected} held something else than was written${unknown}.`;
  output.done(sentence, { ...sum, failed });
  if (failed.length > 0) world.exitWith(75);
}

async function startRecount(world: World, sql: Sql, logins: AsyncIterable<readonly string[]>) {
  const settings = await world.settings();
  const [{ recountAll }, { correctUsage }, { doveadmsOf }, { usageOf }] = await Promise.all([
    import('../quota/recount-all.ts'),
    import('../quota/write.ts'),
    import('../endpoints.ts'),
    import('../accounts/listing/usage.ts'),
  ]);
  const { clock } = world;
  const warnings = settings.quotaWarnings;
  return recountAll(logins, {
    doveadms: Object.values(doveadmsOf(settings)),
    written: async (some) => new Map((await usageOf(sql, some)).map(({ login, ...usage }) => [login, usage])),
    correct: (counted, at) =>
      correctUsage({ transaction: (work) => work(sql) }, counted, at, { clock, warnings }),
    clock,
  });
}

async function* onePage(login: string): AsyncGenerator<readonly string[]> {
  yield [login];
}

async function* loginsIn(pages: AsyncIterable<readonly { login: string }[]>) {
  for await (const page of pages) yield page.map(({ login }) => login);
}

const messagesIn = ({ messages }: Pick<Counted, 'messages'>): string =>
  someOf(messages, 'message', 'messages');
