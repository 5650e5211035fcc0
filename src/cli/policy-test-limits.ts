/** policy-test-limits — the limits that `dovetail policy test` is to try, beside the rows that there are. */

import type { ChangedRow, Row } from '../policy/limits/changed.ts';
import type { LimitFacts } from '../policy/limits/limit.ts';
import { accept, read } from './accounts.ts';
import { failure, type World } from './command.ts';
import { type KeyOptions, keyOf, overOf, withLimit } from './limit-notation.ts';
import { linesOf } from './lines.ts';

/** As on the command line: limits, and files with one a line. */
export interface LimitOptions {
  readonly withLimit?: readonly string[];
  readonly withLimits?: readonly string[];
}

type ChangeLimits = (facts: LimitFacts) => LimitFacts;

/** Undefined where none is to be changed. */
export async function limitsToTry(
  world: World,
  what: string,
  { withLimit: said = [], withLimits: files = [] }: LimitOptions,
): Promise<ChangeLimits | undefined> {
  const texts = [...said];
  for await (const lines of linesOf(world, what, files)) {
    texts.push(...lines.map((line) => line.replace(/#.*/u, '').trim()).filter((line) => line !== ''));
  }
  if (texts.length === 0) return undefined;
  const { changeLimits } = await import('../policy/limits/changed.ts');
  const { findUser } = await import('../accounts/find-user.ts');
  const written = await Promise.all(texts.map((text) => parse(world, what, text)));
  return read(world, async (sql) => {
    const changes: ChangedRow[] = [];
    for (const { user, ...row } of written) {
      const login = user === undefined ? undefined : accept(what, await findUser(sql, user)).username;
      changes.push({ ...row, user: login });
    }
    return changeLimits(await sql.rows<Row>(ROWS), changes);
  });
}

const ROWS = `
select u.username as "user", r.domain, r.counted_by as by, r.counter, r.window_seconds * 1000::float8 as window
from unified.rate_limits as r
left join unified.users as u on u.id = r.user_id`;

async function parse(world: World, what: string, text: string): Promise<ChangedRow> {
  const { Command, CommanderError } = await import('commander');
  const command = withLimit(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(text.split(/\s+/u), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const advice = "write it as `dovetail limit add` reads it: 'recipients 1h 200 --domain example.org'";
    throw failure({ what, why: `this is no limit: ${text}`, advice, code: 2 });
  }
  const [counter = '', window = '', max] = command.args;
  const options = command.opts<KeyOptions>();
  const { owner, key, max: limit = null } = await keyOf(world, what, [counter, window, max], options);
  if (key.counter === 'bounces') {
    const why = 'bounces are counted by password, and with which one mail was sent stands in no log';
    throw failure({
      what,
      why,
      advice: 'see docs/stolen-passwords.md: let sudden-spread be in shadow',
      code: 2,
    });
  }
  const over = overOf(what, options);
  const row = {
    ...{ user: owner.user, domain: owner.domain, by: key.by, counter: key.counter },
    ...{ window: key.seconds * 1000, max: limit },
    ...{ isPermanent: over === 'refused', suspends: over === 'suspends' },
  };
  const { isPossible } = await import('../policy/limits/changed.ts');
  if (isPossible(row)) return row;
  const why = `there can be no such limit: ${text}`;
  throw failure({ what, why, advice: '`dovetail limit add` would refuse it too, and say why', code: 2 });
}
