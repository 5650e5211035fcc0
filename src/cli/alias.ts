/** alias — `dovetail alias add | list | show | set | remove`: where else mail goes. */

import type { Command } from 'commander';
import type { AliasFields, AliasState } from '../accounts/aliases.ts';
import { type AllowedSenders, allowedSenders } from '../lookup/facts.ts';
import {
  accept,
  createReader,
  example,
  makeChange,
  type Reader,
  read,
  refuseNothing,
  switchOf,
} from './accounts.ts';
import { type AliasFilter, listAliasRows, showAlias } from './alias-show.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const alias: CommandFile = {
  register(program, world) {
    const family = program.command('alias').description('where else mail goes: forwards, groups, catch-alls');
    withFields(family.command('add'))
      .description('lead an address, or @domain for all that is not there, to one or more addresses')
      .argument('<alias>', 'an address, or @domain for a catch-all')
      .argument(
        '<destinations...>',
        'addresses here or elsewhere; the alias itself to keep a copy in its mailbox',
      )
      .addHelpText(
        'after',
        example(
          'dovetail alias add sales@example.org alice@example.org bob@elsewhere.net',
          'dovetail alias add @example.org alice@example.org',
          'dovetail alias add alice@example.org alice@example.org alice@elsewhere.net',
        ),
      )
      .action((key: string, to: string[], options: AliasOptions) => add(world, key, to, options));
    family
      .command('list')
      .description('list aliases')
      .option('--domain <domain>', 'only those of this domain')
      .option('--match <pattern>', 'only aliases like this; * stands for any text')
      .option('--to <address>', 'only those that lead to this address')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail alias list --to alice@example.org'))
      .action((options: AliasFilter) => listAliasRows(world, options));
    family
      .command('show')
      .description('show one alias')
      .argument('<alias>', 'an address, or @domain for a catch-all')
      .addHelpText('after', example('dovetail alias show sales@example.org'))
      .action((key: string) => showAlias(world, key));
    withFields(family.command('set'))
      .description('change an alias; destinations, where given, replace those that it has')
      .argument('<alias>', 'an address, or @domain for a catch-all')
      .argument('[destinations...]', 'all addresses that it shall lead to')
      .option('--disable', 'refuse mail to it')
      .option('--enable', 'undo --disable')
      .addHelpText('after', example('dovetail alias set sales@example.org carol@example.org --expires 30d'))
      .action((key: string, to: string[], options: AliasOptions, command: Command) =>
        set(world, key, to, options, command),
      );
    family
      .command('remove')
      .description('remove an alias, or only some of its destinations')
      .argument('<alias>', 'an address, or @domain for a catch-all')
      .argument('[destinations...]', 'only these')
      .addHelpText('after', example('dovetail alias remove sales@example.org bob@elsewhere.net'))
      .action((key: string, to: string[]) => remove(world, key, to));
  },
};

interface AliasOptions {
  readonly owner?: string;
  readonly expires?: string;
  readonly description?: string;
  readonly sendAs?: boolean;
  readonly allowFrom?: string;
  readonly enable?: true;
  readonly disable?: true;
}

const withFields = (command: Command): Command =>
  command
    .option('--owner <user>', 'whose alias it is: may send as it; none for nobody')
    .option('--expires <when>', 'refuse mail to it from then on: 2027-01-31, 30d or never')
    .option('--description <text>', 'words for people')
    .option('--send-as', 'the mailboxes that it leads to may send as it')
    .option('--no-send-as', 'the mailboxes that it leads to may not send as it')
    .option(
      '--allow-from <whom>',
      'who may write to it: public, domain (users of its domain, and members) or members',
    );

async function fieldsOf(
  world: World,
  what: string,
  options: AliasOptions,
  reader: Reader,
): Promise<AliasFields> {
  return {
    ownerId: await ownerId(world, what, options.owner),
    expiresAt: reader.optional(reader.moment, options.expires),
    description: options.description,
    maySendAs: options.sendAs,
    allowedSenders: allowedSendersOf(what, options.allowFrom),
    active: switchOf(
      what,
      { name: '--enable', given: options.enable },
      { name: '--disable', given: options.disable },
    ),
  };
}

function allowedSendersOf(what: string, text: string | undefined): AllowedSenders | undefined {
  if (text === undefined) return undefined;
  const known = allowedSenders.find((one) => one === text);
  if (known) return known;
  const why = `${text} is none of those who may write to an alias`;
  throw failure({ what, why, advice: `use ${allowedSenders.join(', ')}`, code: 2 });
}

async function ownerId(
  world: World,
  what: string,
  owner: string | undefined,
): Promise<number | null | undefined> {
  if (owner === undefined || owner === 'none') return owner === 'none' ? null : undefined;
  const { findUser } = await import('../accounts/find-user.ts');
  return accept(what, await read(world, (sql) => findUser(sql, owner))).id;
}

async function add(world: World, key: string, to: string[], options: AliasOptions): Promise<void> {
  const what = `cannot add the alias ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const destinations = to.map(reader.address);
  const fields = await fieldsOf(world, what, options, reader);
  const fresh = { maySendAs: (await world.settings()).aliasSendAs };
  const { addAlias } = await import('../accounts/aliases.ts');
  const state = await makeChange(world, what, (change) =>
    addAlias(change, wanted, destinations, fields, fresh),
  );
  tell(world, `${wanted} now leads to ${state.destinations.join(', ')}.`, state);
}

async function set(
  world: World,
  key: string,
  to: string[],
  options: AliasOptions,
  command: Command,
): Promise<void> {
  const what = `cannot change the alias ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const destinations = to.length > 0 ? to.map(reader.address) : undefined;
  const fields = await fieldsOf(world, what, options, reader);
  refuseNothing(what, command, { destinations, ...fields });
  const { setAlias } = await import('../accounts/aliases.ts');
  const state = await makeChange(world, what, (change) => setAlias(change, wanted, destinations, fields));
  tell(world, `Changed the alias ${wanted}.`, state);
}

async function remove(world: World, key: string, to: string[]): Promise<void> {
  const what = `cannot remove the alias ${key}`;
  const reader = await createReader(world, what);
  const wanted = reader.addressOrCatchAll(key);
  const destinations = to.map(reader.address);
  const { removeAlias } = await import('../accounts/aliases.ts');
  const state = await makeChange(world, what, (change) => removeAlias(change, wanted, destinations));
  const left = state.destinations.join(', ');
  tell(world, left ? `${wanted} now leads to ${left}.` : `Removed the alias ${wanted}.`, state);
}

function tell(world: World, sentence: string, state: AliasState): void {
  world.output.done(sentence, state);
  if (!world.output.json) for (const note of state.notes) world.output.note(`Note: ${note}.`);
}
