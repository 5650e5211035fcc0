/** sender — `dovetail sender add | list | show | set | remove`: who may send as which address,
 * besides those whose address it is. All of them: `dovetail explain sender`. */

import type { Command } from 'commander';
import type { SenderRow } from '../accounts/listing/senders.ts';
import {
  accept,
  createReader,
  example,
  makeChange,
  read,
  readLimit,
  refuseNothing,
  showMoment,
} from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const sender: CommandFile = {
  register(program, world) {
    const family = program.command('sender').description('who may send as which address, besides its owners');
    withKey(family.command('add'))
      .description('let a user send as an address, or as any address of a domain')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText('after', example('dovetail sender add support@example.org alice@example.org'))
      .action((key: string, who: string, options: SenderOptions) => add(world, key, who, options));
    family
      .command('list')
      .description('list what was granted')
      .option('--user <user>', 'only to this user: the address or the login name')
      .option('--domain <domain>', 'only addresses of this domain')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail sender list --user alice@example.org'))
      .action((options: ListOptions) => list(world, options));
    family
      .command('show')
      .description('show to whom an address, or @domain, was granted')
      .argument('<sender>', 'an address, or @domain')
      .addHelpText('after', example('dovetail sender show support@example.org'))
      .action((key: string) => show(world, key));
    withKey(family.command('set'))
      .description('change when a grant ends')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText(
        'after',
        example('dovetail sender set support@example.org alice@example.org --expires 30d'),
      )
      .action((key: string, who: string, options: SenderOptions, command: Command) =>
        set(world, key, who, options, command),
      );
    withKey(family.command('remove'))
      .description('take a grant back')
      .addHelpText('after', example('dovetail sender remove support@example.org alice@example.org'))
      .action((key: string, who: string) => remove(world, key, who));
  },
};

interface SenderOptions {
  readonly expires?: string;
}

interface ListOptions {
  readonly user?: string;
  readonly domain?: string;
  readonly limit?: string;
}

const withKey = (command: Command): Command =>
  command.argument('<sender>', 'an address, or @domain').argument('<user>', 'the address or the login name');

async function add(world: World, key: string, who: string, options: SenderOptions): Promise<void> {
  const what = `cannot let ${who} send as ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const expiresAt = reader.optional(reader.moment, options.expires);
  const { addSender } = await import('../accounts/senders.ts');
  const added = await makeChange(world, what, (change) => addSender(change, wanted, who, { expiresAt }));
  const value = { sender: wanted, user: added.email, login: added.username, expires_at: expiresAt ?? null };
  world.output.done(`${added.email} may send as ${wanted} now.`, { ...value, notes: added.notes });
  if (!world.output.json) for (const note of added.notes) world.output.note(`Note: ${note}.`);
}

async function set(
  world: World,
  key: string,
  who: string,
  options: SenderOptions,
  command: Command,
): Promise<void> {
  const what = `cannot change that ${who} may send as ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const expiresAt = reader.optional(reader.moment, options.expires);
  refuseNothing(what, command, { expiresAt });
  const { setSender } = await import('../accounts/senders.ts');
  const user = await makeChange(world, what, (change) => setSender(change, wanted, who, { expiresAt }));
  const value = { sender: wanted, user: user.email, login: user.username, expires_at: expiresAt ?? null };
  const until = expiresAt ? `until ${showMoment(expiresAt)} UTC` : 'without an end';
  world.output.done(`${user.email} may send as ${wanted} ${until}.`, value);
}

async function remove(world: World, key: string, who: string): Promise<void> {
  const what = `cannot take ${key} from ${who}`;
  const wanted = (await createReader(world, what)).addressOrCatchAll(key);
  const { removeSender } = await import('../accounts/senders.ts');
  const user = await makeChange(world, what, (change) => removeSender(change, wanted, who));
  const value = { sender: wanted, user: user.email, removed: true };
  world.output.done(`Took back that ${user.email} may send as ${wanted}.`, value);
}

async function list(world: World, options: ListOptions): Promise<void> {
  const what = 'cannot list senders';
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listSenders } = await import('../accounts/listing/senders.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const limit = readLimit(what, options.limit);
  const { user } = options;
  await read(world, async (sql) => {
    const userId = user === undefined ? undefined : accept(what, await findUser(sql, user)).id;
    await world.output.list<SenderRow>(
      [
        { head: 'SENDER', cell: (row) => row.sender },
        { head: 'USER', cell: (row) => row.user },
        { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
        { head: 'SINCE', cell: (row) => showMoment(row.created_at) },
      ],
      listSenders(sql, { userId, domain, limit }),
    );
  });
}

async function show(world: World, key: string): Promise<void> {
  const what = `cannot show the sender ${key}`;
  const wanted = (await createReader(world, what)).addressOrCatchAll(key);
  const { listSenders } = await import('../accounts/listing/senders.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listSenders(sql, { sender: wanted })));
  if (rows.length === 0) {
    const advice = `all who may send as it: dovetail explain sender ${wanted}`;
    throw failure({ what, why: 'it was granted to nobody', advice });
  }
  const untils = rows.map((row) => {
    const end = showMoment(row.expires_at);
    return ['granted to', end === null ? row.user : `${row.user} until ${end} UTC`] as const;
  });
  world.output.record({ sender: wanted, grants: rows }, [['sender', wanted], ...untils]);
}
