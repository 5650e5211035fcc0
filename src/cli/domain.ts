/** domain — `dovetail domain add | list | show | set | remove`: which domains are ours. */

import type { Command } from 'commander';
import type { DomainFields } from '../accounts/domains.ts';
import type { DomainRow } from '../accounts/listing/domains.ts';
import { formatSize } from '../base/sizes.ts';
import {
  createReader,
  example,
  makeChange,
  type Reader,
  read,
  readLimit,
  refuseNothing,
  showLimit,
  showMoment,
  switchOf,
} from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const domain: CommandFile = {
  register(program, world) {
    const family = program.command('domain').description('which domains are ours, and what they allow');
    withLimits(family.command('add'))
      .description('make a domain ours')
      .argument('<domain>', 'such as example.org')
      .option('--alias-of <domain>', 'its addresses are those of this domain')
      .addHelpText(
        'after',
        example('dovetail domain add example.org', 'dovetail domain add old.example --alias-of example.org'),
      )
      .action((name: string, options: DomainOptions) => add(world, name, options));
    family
      .command('list')
      .description('list our domains')
      .option('--match <pattern>', 'only names like this; * stands for any text')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example("dovetail domain list --match '*.example.org'"))
      .action((options: ListOptions) => list(world, options));
    family
      .command('show')
      .description('show one domain')
      .argument('<domain>', 'such as example.org')
      .addHelpText('after', example('dovetail domain show example.org'))
      .action((name: string) => show(world, name));
    withLimits(family.command('set'))
      .description('change what a domain allows, or switch it off or on')
      .argument('<domain>', 'such as example.org')
      .option('--alias-of <domain>', 'give an alias domain another target')
      .option('--disable', 'refuse its mail and its logins')
      .option('--enable', 'undo --disable')
      .addHelpText('after', example('dovetail domain set example.org --max-users 50 --default-user-quota 2G'))
      .action((name: string, options: DomainOptions, command: Command) => set(world, name, options, command));
    family
      .command('remove')
      .description('give a domain up')
      .argument('<domain>', 'such as example.org')
      .option('--with-users', 'remove its users and aliases too')
      .addHelpText('after', example('dovetail domain remove example.org'))
      .action((name: string, options: { withUsers?: true }) =>
        remove(world, name, options.withUsers === true),
      );
  },
};

interface ListOptions {
  readonly match?: string;
  readonly limit?: string;
}

interface DomainOptions {
  readonly aliasOf?: string;
  readonly maxUsers?: string;
  readonly maxAliases?: string;
  readonly quota?: string;
  readonly defaultUserQuota?: string;
  readonly description?: string;
  readonly enable?: true;
  readonly disable?: true;
}

const withLimits = (command: Command): Command =>
  command
    .option('--max-users <number>', 'at most so many users, or unlimited')
    .option('--max-aliases <number>', 'at most so many aliases, or unlimited')
    .option('--quota <size>', 'storage for all users together: 100G, or unlimited')
    .option(
      '--default-user-quota <size>',
      'storage for each user without a quota of its own: 2G, or unlimited',
    )
    .option('--description <text>', 'words for people');

function fieldsOf(what: string, options: DomainOptions, reader: Reader): DomainFields {
  return {
    aliasOf: reader.optional(reader.domain, options.aliasOf),
    maxUsers: reader.optional(reader.count, options.maxUsers),
    maxAliases: reader.optional(reader.count, options.maxAliases),
    quotaBytes: reader.optional(reader.size, options.quota),
    defaultQuotaBytes: reader.optional(reader.size, options.defaultUserQuota),
    description: options.description,
    active: switchOf(
      what,
      { name: '--enable', given: options.enable },
      { name: '--disable', given: options.disable },
    ),
  };
}

async function add(world: World, name: string, options: DomainOptions): Promise<void> {
  const what = `cannot add the domain ${name}`;
  const reader = await createReader(world, what);
  const wanted = reader.domain(name);
  const fields = fieldsOf(what, options, reader);
  const { addDomain } = await import('../accounts/domains.ts');
  await makeChange(world, what, (change) => addDomain(change, wanted, fields));
  const alias = fields.aliasOf ? `, an alias domain of ${fields.aliasOf}` : '';
  world.output.done(`Added the domain ${wanted}${alias}.`, await rowOf(world, wanted));
}

async function set(world: World, name: string, options: DomainOptions, command: Command): Promise<void> {
  const what = `cannot change the domain ${name}`;
  const reader = await createReader(world, what);
  const wanted = reader.domain(name);
  const fields = fieldsOf(what, options, reader);
  refuseNothing(what, command, fields);
  const { setDomain } = await import('../accounts/domains.ts');
  await makeChange(world, what, (change) => setDomain(change, wanted, fields));
  world.output.done(`Changed the domain ${wanted}.`, await rowOf(world, wanted));
}

async function remove(world: World, name: string, withUsers: boolean): Promise<void> {
  const what = `cannot remove the domain ${name}`;
  const wanted = (await createReader(world, what)).domain(name);
  const { removeDomain } = await import('../accounts/domains.ts');
  await makeChange(world, what, (change) => removeDomain(change, wanted, withUsers));
  world.output.done(`Removed the domain ${wanted}.`, { domain: wanted, removed: true });
}

async function list(world: World, options: ListOptions): Promise<void> {
  const limit = readLimit('cannot list domains', options.limit);
  const { listDomains } = await import('../accounts/listing/domains.ts');
  await read(world, (sql) =>
    world.output.list<DomainRow>(
      [
        { head: 'DOMAIN', cell: (row) => row.domain },
        { head: 'TYPE', cell: typeOf },
        { head: 'ACTIVE', cell: (row) => row.is_active },
        { head: 'USERS', align: 'right', cell: (row) => ofLimit(row.users, row.max_users) },
        { head: 'ALIASES', align: 'right', cell: (row) => ofLimit(row.aliases, row.max_aliases) },
        { head: 'QUOTA', align: 'right', cell: (row) => formatSize(row.quota_bytes) },
      ],
      listDomains(sql, { match: options.match, limit }),
    ),
  );
}

async function show(world: World, name: string): Promise<void> {
  const what = `cannot show the domain ${name}`;
  const wanted = (await createReader(world, what)).domain(name);
  const row = await rowOf(world, wanted);
  if (!row) throw failure({ what, why: 'it is no domain of ours', advice: 'see: dovetail domain list' });
  world.output.record(row, [
    ['domain', row.domain],
    ['type', typeOf(row)],
    ['active', row.is_active],
    ['users', `${row.users} of ${showLimit(row.max_users)}`],
    ['aliases', `${row.aliases} of ${showLimit(row.max_aliases)}`],
    ['quota', formatSize(row.quota_bytes)],
    ['default user quota', formatSize(row.default_user_quota_bytes)],
    ['description', row.description],
    ['since', showMoment(row.created_at)],
  ]);
}

async function rowOf(world: World, name: DomainRow['domain']): Promise<DomainRow | undefined> {
  const { listDomains } = await import('../accounts/listing/domains.ts');
  const { firstOf } = await import('../accounts/paging.ts');
  return read(world, (sql) => firstOf(listDomains(sql, { domain: name })));
}

const typeOf = (row: DomainRow): string =>
  row.domain_type === 'alias' ? `alias of ${row.target_domain}` : row.domain_type;

const ofLimit = (count: number, limit: number | null): string =>
  limit === null ? String(count) : `${count}/${limit}`;
