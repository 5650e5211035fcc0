/** domain — `dovetail domain add | list | show | set | remove`: which domains are ours.
 *
 * A few lines longer than the others: a domain has four types. */

import type { Command } from 'commander';
import type { DomainFields, NewDomain } from '../accounts/domains.ts';
import type { DomainRow } from '../accounts/listing/domains.ts';
import { formatSize, roughSize } from '../base/sizes.ts';
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
      .option('--type <type>', 'pass its mail on: relay, or backup as its second MX')
      .option('--transport <transport>', 'of a relay or backup domain, as in transport(5)')
      .addHelpText(
        'after',
        example(
          'dovetail domain add example.org',
          'dovetail domain add old.example --alias-of example.org',
          "dovetail domain add inside.example --type relay --transport 'smtp:[10.0.0.7]:25'",
        ),
      )
      .action((name: string, options: NewDomainOptions) => add(world, name, options));
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
      .option('--transport <transport>', 'give a relay or backup domain another one; none for MX records')
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
  readonly transport?: string;
  readonly maxUsers?: string;
  readonly maxAliases?: string;
  readonly quota?: string;
  readonly defaultUserQuota?: string;
  readonly description?: string;
  readonly enable?: true;
  readonly disable?: true;
}

interface NewDomainOptions extends DomainOptions {
  readonly type?: string;
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
    transport: reader.optional(reader.transport, options.transport),
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

function typeIn(what: string, { type, aliasOf }: NewDomainOptions): 'relay' | 'backup' | undefined {
  if (type !== undefined && aliasOf !== undefined) {
    const why = '--type and --alias-of exclude each other';
    throw failure({ what, why, advice: 'give one', code: 2 });
  }
  if (type === undefined || type === 'relay' || type === 'backup') return type;
  const advice = 'give relay, backup, or nothing for a domain with mailboxes';
  throw failure({ what, why: `${type} is no type of a domain`, advice, code: 2 });
}

async function add(world: World, name: string, options: NewDomainOptions): Promise<void> {
  const what = `cannot add the domain ${name}`;
  const reader = await createReader(world, what);
  const wanted = reader.domain(name);
  const fields = { ...fieldsOf(what, options, reader), type: typeIn(what, options) };
  const { addDomain } = await import('../accounts/domains.ts');
  await makeChange(world, what, (change) => addDomain(change, wanted, fields));
  const kind = fields.aliasOf ? `, an alias domain of ${fields.aliasOf}` : kindOf(fields);
  world.output.done(`Added the domain ${wanted}${kind}.`, await rowOf(world, wanted));
}

const kindOf = ({ type, transport }: Pick<NewDomain, 'type' | 'transport'>): string =>
  type ? `, a ${type} domain${transport ? ` to ${transport}` : ''}` : '';

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
  const { removeDomain } = await import('../accounts/domain-removal.ts');
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
        { head: 'USED', align: 'right', cell: (row) => roughSize(row.usage) },
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
    ['used', roughSize(row.usage)],
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

function typeOf({ domain_type, target_domain, transport }: DomainRow): string {
  if (domain_type === 'alias') return `alias of ${target_domain}`;
  return transport === null ? domain_type : `${domain_type} to ${transport}`;
}

const ofLimit = (count: number, limit: number | null): string =>
  limit === null ? String(count) : `${count}/${limit}`;
