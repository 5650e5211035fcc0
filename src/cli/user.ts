/** user — `dovetail user add | list | show | set | remove`: mailboxes and accounts. */

import type { Command } from 'commander';
import type { UserRow } from '../accounts/listing/users.ts';
import { formatSize } from '../base/sizes.ts';
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
import { readSecret, type SecretOptions } from './secret.ts';

export const user: CommandFile = {
  register(program, world) {
    const family = program.command('user').description('mailboxes and accounts: who exists');
    family
      .command('add')
      .description('add a mailbox; the password is asked for, or comes from stdin')
      .argument('<address>', 'such as alice@example.org')
      .option('--password-stdin', 'read the password from stdin')
      .option('--hash-stdin', 'read a {SCHEME}hash that was made elsewhere from stdin')
      .option('--scheme <name>', 'hash it with this one, SCRAM-SHA-256 or the like, not the preferred one')
      .option('--no-password', 'add no password: nobody can log in until one is added')
      .option('--name <text>', 'first and last name')
      .option('--login <name>', 'a login name that is not the address')
      .option('--quota <size>', "storage: 2G, 500M or unlimited (default: the domain's)")
      .addHelpText(
        'after',
        example(
          'dovetail user add alice@example.org --name "Alice Liddell" --quota 2G',
          'pass show alice | dovetail user add alice@example.org --password-stdin',
        ),
      )
      .action((address: string, options: AddOptions) => add(world, address, options));
    family
      .command('list')
      .description('list users')
      .option('--domain <domain>', 'only those of this domain')
      .option('--match <pattern>', 'only addresses like this; * stands for any text')
      .option('--limit <number>', 'at most so many')
      .addHelpText(
        'after',
        example('dovetail user list --domain example.org', "dovetail user list --match 'ali*' --json"),
      )
      .action((options: ListOptions) => list(world, options));
    family
      .command('show')
      .description('show one user')
      .argument('<user>', 'the address or the login name')
      .addHelpText('after', example('dovetail user show alice@example.org'))
      .action((who: string) => show(world, who));
    family
      .command('set')
      .description('change a user, lock or unlock it')
      .argument('<user>', 'the address or the login name')
      .option('--name <text>', 'first and last name')
      .option('--login <name>', 'another login name')
      .option('--lock', 'refuse mail and logins, for a reason (abuse, unpaid)')
      .option('--unlock', 'undo --lock')
      .option('--disable', 'switch the account off: refuse mail and logins')
      .option('--enable', 'undo --disable')
      .addHelpText('after', example('dovetail user set alice@example.org --lock'))
      .action((who: string, options: SetOptions, command: Command) => set(world, who, options, command));
    family
      .command('remove')
      .description('remove a user; the mail on disk stays')
      .argument('<user>', 'the address or the login name')
      .option('--with-aliases', 'take it off the aliases that lead to it too')
      .addHelpText('after', example('dovetail user remove alice@example.org'))
      .action((who: string, options: { withAliases?: true }) =>
        remove(world, who, options.withAliases === true),
      );
  },
};

interface AddOptions extends SecretOptions {
  readonly name?: string;
  readonly login?: string;
  readonly quota?: string;
}

interface ListOptions {
  readonly domain?: string;
  readonly match?: string;
  readonly limit?: string;
}

interface SetOptions {
  readonly name?: string;
  readonly login?: string;
  readonly lock?: true;
  readonly unlock?: true;
  readonly disable?: true;
  readonly enable?: true;
}

async function add(world: World, text: string, options: AddOptions): Promise<void> {
  const what = `cannot add the user ${text}`;
  const reader = await createReader(world, what);
  const email = reader.address(text);
  const quotaBytes = reader.optional(reader.size, options.quota);
  const login = options.login?.toLowerCase();
  const { domainOf, localOf } = await import('../base/address.ts');
  const names = [email, localOf(email), domainOf(email), ...(login ? [login] : [])];
  const secret = await readSecret(world, what, options, names);
  const { addUser } = await import('../accounts/users.ts');
  const hash = secret?.hash ?? null;
  const added = await makeChange(world, what, (change) =>
    addUser(change, { email, login, name: options.name, hash, quotaBytes }),
  );
  world.output.done(`Added the user ${email}.`, await rowOf(world, added.id));
  if (hash === null) world.output.note(`No password yet: dovetail password add ${email}`);
}

async function set(world: World, who: string, options: SetOptions, command: Command): Promise<void> {
  const what = `cannot change the user ${who}`;
  const fields = {
    name: options.name,
    login: options.login?.toLowerCase(),
    locked: switchOf(
      what,
      { name: '--lock', given: options.lock },
      { name: '--unlock', given: options.unlock },
    ),
    active: switchOf(
      what,
      { name: '--enable', given: options.enable },
      { name: '--disable', given: options.disable },
    ),
  };
  refuseNothing(what, command, fields);
  const { setUser } = await import('../accounts/users.ts');
  const changed = await makeChange(world, what, (change) => setUser(change, who, fields));
  world.output.done(`Changed the user ${changed.email}.`, await rowOf(world, changed.id));
}

async function remove(world: World, who: string, withAliases: boolean): Promise<void> {
  const what = `cannot remove the user ${who}`;
  const { removeUser } = await import('../accounts/users.ts');
  const { email, username } = await makeChange(world, what, (change) => removeUser(change, who, withAliases));
  world.output.done(`Removed the user ${email}. Its mail is still on disk.`, {
    email,
    username,
    removed: true,
  });
}

async function list(world: World, options: ListOptions): Promise<void> {
  const what = 'cannot list users';
  const reader = await createReader(world, what);
  const filter = {
    domain: reader.optional(reader.domain, options.domain),
    match: options.match,
    limit: readLimit(what, options.limit),
  };
  const { listUsers } = await import('../accounts/listing/users.ts');
  await read(world, (sql) =>
    world.output.list<UserRow>(
      [
        { head: 'ADDRESS', cell: (row) => row.email },
        { head: 'LOGIN', cell: (row) => (row.username === row.email ? null : row.username) },
        { head: 'NAME', cell: nameOf },
        { head: 'STATE', cell: stateOf },
        { head: 'QUOTA', align: 'right', cell: (row) => formatSize(row.quota_bytes) },
        { head: 'LAST LOGIN', cell: (row) => showMoment(row.last_login_at) },
      ],
      listUsers(sql, filter),
    ),
  );
}

async function show(world: World, who: string): Promise<void> {
  const what = `cannot show the user ${who}`;
  const { findUser } = await import('../accounts/find-user.ts');
  const { id } = accept(what, await read(world, (sql) => findUser(sql, who)));
  const row = await rowOf(world, id);
  if (!row) throw failure({ what, why: 'it was removed just now', advice: 'see: dovetail user list' });
  world.output.record(row, [
    ['address', row.email],
    ['login', row.username],
    ['name', nameOf(row)],
    ['state', stateOf(row)],
    ['quota', formatSize(row.quota_bytes)],
    ['home', row.home_directory],
    ['mailbox format', row.mailbox_format],
    ['last login', showMoment(row.last_login_at)],
    ['since', showMoment(row.created_at)],
  ]);
}

async function rowOf(world: World, id: number): Promise<UserRow | undefined> {
  const { showUser } = await import('../accounts/listing/users.ts');
  return read(world, (sql) => showUser(sql, id));
}

const nameOf = (row: UserRow): string => [row.first_name, row.last_name].filter(Boolean).join(' ');

function stateOf(row: UserRow): string {
  if (!row.is_active) return 'disabled';
  if (row.is_locked) return 'locked';
  return row.may_use_mail ? 'active' : 'no mail';
}
