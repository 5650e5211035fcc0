/** role — `dovetail role add | list | show | set | remove`: what a user may do, and what not. */

import type { Command } from 'commander';
import type { RoleRow } from '../accounts/listing/roles.ts';
import type { RoleKey } from '../accounts/roles.ts';
import {
  accept,
  createReader,
  example,
  makeChange,
  read,
  readLimit,
  refuseNothing,
  showMoment,
  switchOf,
} from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const role: CommandFile = {
  register(program, world) {
    const family = program
      .command('role')
      .description('what a user may do, and what not: admin, no_email, …');
    withKey(family.command('add'))
      .description('give a user a role; no_email denies all mail')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText('after', example('dovetail role add alice@example.org no_email --expires 2027-01-31'))
      .action((who: string, name: string, options: RoleOptions) => add(world, who, name, options));
    family
      .command('list')
      .description('list roles')
      .argument('[user]', 'only of this user: the address or the login name')
      .option('--role <role>', 'only this role')
      .option('--domain <domain>', 'only of users of this domain')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail role list --role no_email'))
      .action((who: string | undefined, options: ListOptions) => list(world, who, options));
    withKey(family.command('show'))
      .description('show one role of a user')
      .addHelpText('after', example('dovetail role show alice@example.org no_email'))
      .action((who: string, name: string, options: RoleOptions) => show(world, who, name, options));
    withKey(family.command('set'))
      .description('change when a role ends, or switch it off or on')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .option('--disable', 'switch it off')
      .option('--enable', 'undo --disable')
      .addHelpText('after', example('dovetail role set alice@example.org no_email --disable'))
      .action((who: string, name: string, options: RoleOptions, command: Command) =>
        set(world, who, name, options, command),
      );
    withKey(family.command('remove'))
      .description('take a role away')
      .addHelpText('after', example('dovetail role remove alice@example.org no_email'))
      .action((who: string, name: string, options: RoleOptions) => remove(world, who, name, options));
  },
};

interface RoleOptions {
  readonly service: string;
  readonly expires?: string;
  readonly enable?: true;
  readonly disable?: true;
}

interface ListOptions {
  readonly role?: string;
  readonly domain?: string;
  readonly limit?: string;
}

const withKey = (command: Command): Command =>
  command
    .argument('<user>', 'the address or the login name')
    .argument('<role>', 'admin, moderator, no_email, send_as_any, …')
    .option('--service <name>', 'only for one service', 'global');

const keyOf = (name: string, { service }: RoleOptions): RoleKey => ({ role: name, service });

async function add(world: World, who: string, name: string, options: RoleOptions): Promise<void> {
  const what = `cannot give ${who} the role ${name}`;
  const reader = await createReader(world, what);
  const expiresAt = reader.optional(reader.moment, options.expires);
  const { addRole } = await import('../accounts/roles.ts');
  const key = keyOf(name, options);
  const user = await makeChange(world, what, (change) => addRole(change, who, key, { expiresAt }));
  world.output.done(`${user.email} has the role ${name} now.`, await rowOf(world, user.id, key));
}

async function set(
  world: World,
  who: string,
  name: string,
  options: RoleOptions,
  command: Command,
): Promise<void> {
  const what = `cannot change the role ${name} of ${who}`;
  const reader = await createReader(world, what);
  const fields = {
    expiresAt: reader.optional(reader.moment, options.expires),
    active: switchOf(
      what,
      { name: '--enable', given: options.enable },
      { name: '--disable', given: options.disable },
    ),
  };
  refuseNothing(what, command, fields);
  const { setRole } = await import('../accounts/roles.ts');
  const key = keyOf(name, options);
  const user = await makeChange(world, what, (change) => setRole(change, who, key, fields));
  world.output.done(`Changed the role ${name} of ${user.email}.`, await rowOf(world, user.id, key));
}

async function remove(world: World, who: string, name: string, options: RoleOptions): Promise<void> {
  const what = `cannot take the role ${name} from ${who}`;
  const { removeRole } = await import('../accounts/roles.ts');
  const key = keyOf(name, options);
  const user = await makeChange(world, what, (change) => removeRole(change, who, key));
  world.output.done(`${user.email} does not have the role ${name} any more.`, {
    user: user.email,
    ...key,
    removed: true,
  });
}

async function list(world: World, who: string | undefined, options: ListOptions): Promise<void> {
  const what = 'cannot list roles';
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listRoles } = await import('../accounts/listing/roles.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const limit = readLimit(what, options.limit);
  await read(world, async (sql) => {
    const userId = who === undefined ? undefined : accept(what, await findUser(sql, who)).id;
    await world.output.list<RoleRow>(
      [
        { head: 'USER', cell: (row) => row.user },
        { head: 'ROLE', cell: (row) => row.role },
        { head: 'SERVICE', cell: (row) => row.service },
        { head: 'ACTIVE', cell: (row) => row.is_active },
        { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
        { head: 'SINCE', cell: (row) => showMoment(row.granted_at) },
      ],
      listRoles(sql, { userId, role: options.role, domain, limit }),
    );
  });
}

async function show(world: World, who: string, name: string, options: RoleOptions): Promise<void> {
  const what = `cannot show the role ${name} of ${who}`;
  const { findUser } = await import('../accounts/find-user.ts');
  const { id, email } = accept(what, await read(world, (sql) => findUser(sql, who)));
  const row = await rowOf(world, id, keyOf(name, options));
  if (!row)
    throw failure({ what, why: 'the user does not have it', advice: `see: dovetail role list ${email}` });
  world.output.record(row, [
    ['user', row.user],
    ['role', row.role],
    ['service', row.service],
    ['active', row.is_active],
    ['expires', showMoment(row.expires_at)],
    ['granted by', row.granted_by],
    ['inherited from', row.inherited_from],
    ['since', showMoment(row.granted_at)],
  ]);
}

async function rowOf(
  world: World,
  userId: number,
  { role: name, service }: RoleKey,
): Promise<RoleRow | undefined> {
  const { listRoles } = await import('../accounts/listing/roles.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listRoles(sql, { userId, role: name })));
  return rows.find((row) => row.service === service);
}
