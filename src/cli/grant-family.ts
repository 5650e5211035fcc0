/** grant-family — `add | list | show | set | remove` of the grants of one right over addresses: what the
 * commands `sender` and `manager` have in common. */

import type { Command } from 'commander';
import type { GrantRow } from '../accounts/listing/grants.ts';
import type { Right } from '../accounts/rights.ts';
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

export interface GrantFamily {
  readonly right: Right;
  /** What the whole command is about. */
  readonly about: string;
  /** An address for the examples. */
  readonly sample: string;
  /** Says who has the right without a grant. */
  readonly besides: string;
}

export const grantFamily = ({ right, about, sample, besides }: GrantFamily): CommandFile => ({
  register(program, world) {
    const { name, verb } = right;
    const family = program.command(name).description(about);
    withKey(family.command('add'))
      .description(`let a user ${verb} an address, or any address of a domain`)
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText('after', example(`dovetail ${name} add ${sample} alice@example.org`))
      .action((key: string, who: string, options: GrantOptions) => add(world, right, key, who, options));
    family
      .command('list')
      .description('list what was granted')
      .option('--user <user>', 'only to this user: the address or the login name')
      .option('--domain <domain>', 'only addresses of this domain')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example(`dovetail ${name} list --user alice@example.org`))
      .action((options: ListOptions) => list(world, right, options));
    family
      .command('show')
      .description('show to whom an address, or @domain, was granted')
      .argument('<address>', 'an address, or @domain')
      .addHelpText('after', example(`dovetail ${name} show ${sample}`))
      .action((key: string) => show(world, right, key, besides));
    withKey(family.command('set'))
      .description('change when a grant ends')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText('after', example(`dovetail ${name} set ${sample} alice@example.org --expires 30d`))
      .action((key: string, who: string, options: GrantOptions, command: Command) =>
        set(world, right, key, who, options, command),
      );
    withKey(family.command('remove'))
      .description('take a grant back')
      .addHelpText('after', example(`dovetail ${name} remove ${sample} alice@example.org`))
      .action((key: string, who: string) => remove(world, right, key, who));
  },
});

interface GrantOptions {
  readonly expires?: string;
}

interface ListOptions {
  readonly user?: string;
  readonly domain?: string;
  readonly limit?: string;
}

const withKey = (command: Command): Command =>
  command.argument('<address>', 'an address, or @domain').argument('<user>', 'the address or the login name');

async function add(
  world: World,
  right: Right,
  key: string,
  who: string,
  options: GrantOptions,
): Promise<void> {
  const what = `cannot let ${who} ${right.verb} ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const expiresAt = reader.optional(reader.moment, options.expires);
  const { addGrant } = await import('../accounts/grants.ts');
  const added = await makeChange(world, what, (change) =>
    addGrant(change, right, wanted, who, { expiresAt }),
  );
  const value = {
    [right.column]: wanted,
    user: added.email,
    login: added.username,
    expires_at: expiresAt ?? null,
  };
  world.output.done(`${added.email} may ${right.verb} ${wanted} now.`, { ...value, notes: added.notes });
  if (!world.output.json) for (const note of added.notes) world.output.note(`Note: ${note}.`);
}

async function set(
  world: World,
  right: Right,
  key: string,
  who: string,
  options: GrantOptions,
  command: Command,
): Promise<void> {
  const what = `cannot change that ${who} may ${right.verb} ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const expiresAt = reader.optional(reader.moment, options.expires);
  refuseNothing(what, command, { expiresAt });
  const { setGrant } = await import('../accounts/grants.ts');
  const user = await makeChange(world, what, (change) => setGrant(change, right, wanted, who, { expiresAt }));
  const value = {
    [right.column]: wanted,
    user: user.email,
    login: user.username,
    expires_at: expiresAt ?? null,
  };
  const until = expiresAt ? `until ${showMoment(expiresAt)} UTC` : 'without an end';
  world.output.done(`${user.email} may ${right.verb} ${wanted} ${until}.`, value);
}

async function remove(world: World, right: Right, key: string, who: string): Promise<void> {
  const what = `cannot take back that ${who} may ${right.verb} ${key}`;
  const wanted = (await createReader(world, what)).addressOrCatchAll(key);
  const { removeGrant } = await import('../accounts/grants.ts');
  const user = await makeChange(world, what, (change) => removeGrant(change, right, wanted, who));
  const value = { [right.column]: wanted, user: user.email, removed: true };
  world.output.done(`Took back that ${user.email} may ${right.verb} ${wanted}.`, value);
}

async function list(world: World, right: Right, options: ListOptions): Promise<void> {
  const what = `cannot list who may ${right.verb} which address`;
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listGrants } = await import('../accounts/listing/grants.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const limit = readLimit(what, options.limit);
  const { user } = options;
  await read(world, async (sql) => {
    const userId = user === undefined ? undefined : accept(what, await findUser(sql, user)).id;
    await world.output.list<GrantRow>(
      [
        { head: right.column.toUpperCase(), cell: (row) => row[right.column] },
        { head: 'USER', cell: (row) => row.user },
        { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
        { head: 'SINCE', cell: (row) => showMoment(row.created_at) },
      ],
      listGrants(sql, right, { userId, domain, limit }),
    );
  });
}

async function show(world: World, right: Right, key: string, besides: string): Promise<void> {
  const what = `cannot show who may ${right.verb} ${key}`;
  const wanted = (await createReader(world, what)).addressOrCatchAll(key);
  const { listGrants } = await import('../accounts/listing/grants.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listGrants(sql, right, { address: wanted })));
  if (rows.length === 0) {
    throw failure({ what, why: 'it was granted to nobody', advice: `${besides} ${wanted}` });
  }
  const untils = rows.map((row) => {
    const end = showMoment(row.expires_at);
    return ['granted to', end === null ? row.user : `${row.user} until ${end} UTC`] as const;
  });
  world.output.record({ [right.column]: wanted, grants: rows }, [[right.column, wanted], ...untils]);
}
