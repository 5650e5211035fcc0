/** limit — `dovetail limit add | list | show | usage | set | remove`: how much may be sent within how long. */

import type { Command } from 'commander';
import type { RateLimitRow } from '../accounts/listing/rate-limits.ts';
import type { OverIt } from '../accounts/rate-limits.ts';
import { formatSpan } from '../base/span.ts';
import type { Limit } from '../policy/limits/limit.ts';
import { accept, createReader, example, makeChange, read, readLimit, refuseNothing } from './accounts.ts';
import type { CommandFile, World } from './command.ts';
import { type KeyOptions, keyOf, overOf, withKey, withLimit } from './limit-notation.ts';
import { usage } from './limit-usage.ts';
import { forEach, overWords, showMax } from './limit-words.ts';

export const limit: CommandFile = {
  register(program, world) {
    const family = program.command('limit').description('how much may be sent within how long');
    withLimit(family.command('add'))
      .description('give a limit to everybody, a domain or a user')
      .addHelpText('after', example('dovetail limit add recipients 1h 200 --domain example.org'))
      .action((counter: string, window: string, max: string, options: KeyOptions) =>
        add(world, counter, window, max, options),
      );
    family
      .command('list')
      .description('list the limits that were set')
      .option('--user <user>', 'only of this user: the address or the login name')
      .option('--domain <domain>', 'only of this domain')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail limit list --domain example.org'))
      .action((options: ListOptions) => list(world, options));
    family
      .command('show')
      .description(
        'show what is in force for a user, with what comes from his domain, from all, and as shipped',
      )
      .argument('<user>', 'the address or the login name')
      .addHelpText('after', example('dovetail limit show alice@example.org'))
      .action((who: string) => show(world, who));
    family
      .command('usage')
      .description('show how much of his limits a user has used, as the running daemon counts it')
      .argument('<user>', 'the address or the login name')
      .addHelpText('after', example('dovetail limit usage alice@example.org'))
      .action((who: string) => usage(world, who));
    withKey(family.command('set'))
      .description('change a limit')
      .option('--max <limit>', '500, or 100M of bytes; or unlimited')
      .option('--permanent', 'refuse for good what is over it')
      .option('--passing', 'ask to come again instead')
      .option('--suspend', 'suspend the password of who is over it; only with --by credential')
      .addHelpText('after', example('dovetail limit set recipients 1h --domain example.org --max 300'))
      .action((counter: string, window: string, options: KeyOptions, command: Command) =>
        set(world, counter, window, options, command),
      );
    withKey(family.command('remove'))
      .description('remove a limit: that of the domain, of all, or the shipped one counts again')
      .addHelpText('after', example('dovetail limit remove recipients 1h --domain example.org'))
      .action((counter: string, window: string, options: KeyOptions) =>
        remove(world, counter, window, options),
      );
  },
};

interface ListOptions {
  readonly user?: string;
  readonly domain?: string;
  readonly limit?: string;
}

async function add(world: World, counter: string, window: string, text: string, options: KeyOptions) {
  const what = 'cannot add the limit';
  const { owner, key, max } = await keyOf(world, what, [counter, window, text], options);
  const { writeRateLimit } = await import('../accounts/rate-limits.ts');
  const over = overOf(what, options) ?? 'waits';
  const whose = await makeChange(world, what, (change) =>
    writeRateLimit(change, 'add', owner, key, { max, over }),
  );
  const amount = `${showMax(key.counter, max ?? null)} ${counter} in ${window}`;
  const sentence = `The limit of ${whose.name} is ${amount}, for ${forEach[key.by]}; ${overWords[over]}.`;
  world.output.done(sentence, { of: whose.name, ...key, max: max ?? null, over });
}

async function set(world: World, counter: string, window: string, options: KeyOptions, command: Command) {
  const what = 'cannot change the limit';
  const { owner, key, max } = await keyOf(world, what, [counter, window, options.max], options);
  const over = overOf(what, options);
  refuseNothing(what, command, { max, over });
  const { writeRateLimit } = await import('../accounts/rate-limits.ts');
  const whose = await makeChange(world, what, (change) =>
    writeRateLimit(change, 'set', owner, key, { max, over }),
  );
  world.output.done(`Changed the limit of ${whose.name}: ${counter} in ${window}.`, {
    of: whose.name,
    ...key,
    ...(max === undefined ? {} : { max }),
    ...(over === undefined ? {} : { over }),
  });
}

async function remove(world: World, counter: string, window: string, options: KeyOptions) {
  const what = 'cannot remove the limit';
  const { owner, key } = await keyOf(world, what, [counter, window, undefined], options);
  const { removeRateLimit } = await import('../accounts/rate-limits.ts');
  const whose = await makeChange(world, what, (change) => removeRateLimit(change, owner, key));
  const sentence = `Removed the limit of ${whose.name}: ${counter} in ${window}.`;
  world.output.done(sentence, { of: whose.name, ...key, removed: true });
}

async function list(world: World, options: ListOptions): Promise<void> {
  const what = 'cannot list limits';
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listRateLimits } = await import('../accounts/listing/rate-limits.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const most = readLimit(what, options.limit);
  const { user } = options;
  await read(world, async (sql) => {
    const userId = user === undefined ? undefined : accept(what, await findUser(sql, user)).id;
    await world.output.list<RateLimitRow>(
      [
        { head: 'OF', cell: (row) => row.of ?? 'everybody' },
        { head: 'BY', cell: (row) => row.counted_by },
        { head: 'COUNTER', cell: (row) => row.counter },
        { head: 'WITHIN', align: 'right', cell: (row) => formatSpan(row.window_seconds) },
        { head: 'LIMIT', align: 'right', cell: (row) => showMax(row.counter, row.max_count) },
        { head: 'OVER IT', cell: overItOf },
      ],
      listRateLimits(sql, { userId, domain, limit: most }),
    );
  });
}

async function show(world: World, who: string): Promise<void> {
  const what = `cannot show the limits of ${who}`;
  const { findUser } = await import('../accounts/find-user.ts');
  const { readLimits } = await import('../policy/limits/read.ts');
  const { rateLimits } = await import('../database/limits.ts');
  const { email, limits } = await read(world, async (sql) => {
    const user = accept(what, await findUser(sql, who));
    const rows = {
      rows: <R>(_: unknown, params?: readonly unknown[]) => sql.rows<R>(rateLimits.text, params),
    };
    const facts = (await readLimits(rows, [user.username])).get(user.username);
    return { email: user.email, limits: facts?.value.limits ?? [] };
  });
  const words = limits.map((one) => [`${one.counter} of the ${one.by}`, sentenceOf(one)] as const);
  world.output.record({ user: email, limits }, [['user', email], ...words]);
}

const overItOf = ({ is_permanent, suspends }: RateLimitRow): OverIt => {
  if (suspends) return 'suspends';
  return is_permanent ? 'refused' : 'waits';
};

function sentenceOf({ counter, max, window, isPermanent, suspends }: Limit): string {
  const then = suspends ? ', then the password is suspended' : isPermanent ? ', then refused for good' : '';
  return `${showMax(counter, max)} in ${formatSpan(window / 1000)}${then}`;
}
