/** map — `dovetail map add | list | show | set | remove`: the maps of Postfix that people fill entry by
 * entry: routes, copies, rewritten addresses, relay hosts, access.
 *
 * security  a password comes from stdin or a prompt, and is never shown again */

import type { Command } from 'commander';
import type { MapEntryRow } from '../accounts/listing/map-entries.ts';
import type { EntryRef } from '../accounts/map-entries.ts';
import type { EntryForm } from '../lookup/tables/table.ts';
import { example, makeChange, read, readLimit, refuseNothing, showMoment } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { passwordFrom } from './secret.ts';

export const map: CommandFile = {
  register(program, world) {
    const family = program.command('map').description('the maps of Postfix that are filled entry by entry');
    withKey(family.command('add'))
      .description('enter a value for a key')
      .argument('[value]', 'as Postfix takes it; a password is asked for, or comes from stdin')
      .option('--value-stdin', 'read the value from stdin')
      .option('--description <text>', 'what it is for')
      .addHelpText(
        'after',
        example(
          'dovetail map add transport_maps .example.org smtp:[10.0.0.7]:25',
          'dovetail map add sender_bcc_maps @example.org archive@example.org',
          'pass show relay | dovetail map add smtp_sasl_password_maps [mx.example.net]:587 --value-stdin',
        ),
      )
      .action((name: string, key: string, value: string | undefined, options: ValueOptions) =>
        add(world, name, key, value, options),
      );
    family
      .command('list')
      .description('list what was entered')
      .argument('[map]', 'only of this map')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail map list transport_maps'))
      .action((name: string | undefined, options: { limit?: string }) => list(world, name, options.limit));
    withKey(family.command('show'))
      .description('show an entry; not what else may match: dovetail lookup')
      .addHelpText('after', example('dovetail map show transport_maps example.org'))
      .action((name: string, key: string) => show(world, name, key));
    withKey(family.command('set'))
      .description('change an entry')
      .argument('[value]', 'as Postfix takes it')
      .option('--value-stdin', 'read the value from stdin')
      .option('--description <text>', 'what it is for')
      .addHelpText('after', example('dovetail map set transport_maps example.org smtp:[10.0.0.8]:25'))
      .action(
        (name: string, key: string, value: string | undefined, options: ValueOptions, command: Command) =>
          set(world, name, key, value, options, command),
      );
    withKey(family.command('remove'))
      .description('take an entry out')
      .addHelpText('after', example('dovetail map remove transport_maps example.org'))
      .action((name: string, key: string) => remove(world, name, key));
  },
};

/** How a map is filled; of a secret one the values are passwords. */
interface Form extends EntryForm {
  readonly isSecret: boolean;
}

interface ValueOptions {
  readonly valueStdin?: true;
  readonly description?: string;
}

const withKey = (command: Command): Command =>
  command
    .argument('<map>', 'transport_maps, sender_bcc_maps, check_sender_access, …')
    .argument('<key>', 'an address, @domain, a domain: as docs/protocols/socketmap.md says');

async function add(
  world: World,
  name: string,
  key: string,
  text: string | undefined,
  options: ValueOptions,
): Promise<void> {
  const what = `cannot add ${key} to ${name}`;
  const form = await formOf(what, name);
  const entry = refOf(what, name, key, form);
  const value = await readValue(world, what, form, text, options.valueStdin === true);
  const fields = { value, description: options.description };
  const { addEntry } = await import('../accounts/map-entries.ts');
  await makeChange(world, what, (change) => addEntry(change, entry, fields));
  world.output.done(`${entry.map} has ${entry.key} now.`, { ...entry, value: shown(form, value) });
}

async function set(
  world: World,
  name: string,
  key: string,
  text: string | undefined,
  options: ValueOptions,
  command: Command,
): Promise<void> {
  const what = `cannot change ${key} in ${name}`;
  const form = await formOf(what, name);
  const entry = refOf(what, name, key, form);
  const { valueStdin: fromStdin = false, description } = options;
  const isGiven = fromStdin || text !== undefined || (form.isSecret && description === undefined);
  const value = isGiven ? await readValue(world, what, form, text, fromStdin) : undefined;
  refuseNothing(what, command, { value, description });
  const { setEntry } = await import('../accounts/map-entries.ts');
  await makeChange(world, what, (change) => setEntry(change, entry, { value, description }));
  world.output.done(`Changed ${entry.key} in ${entry.map}.`, { ...entry, changed: true });
}

async function remove(world: World, name: string, key: string): Promise<void> {
  const what = `cannot remove ${key} from ${name}`;
  const entry = refOf(what, name, key, await formOf(what, name));
  const { removeEntry } = await import('../accounts/map-entries.ts');
  await makeChange(world, what, (change) => removeEntry(change, entry));
  world.output.done(`${entry.map} has no ${entry.key} any more.`, { ...entry, removed: true });
}

async function list(world: World, name: string | undefined, limit: string | undefined): Promise<void> {
  const what = 'cannot list entries';
  if (name !== undefined) await formOf(what, name);
  const atMost = readLimit(what, limit);
  const { listMapEntries } = await import('../accounts/listing/map-entries.ts');
  await read(world, (sql) =>
    world.output.list<MapEntryRow>(
      [
        { head: 'MAP', cell: (row) => row.map },
        { head: 'KEY', cell: (row) => row.key },
        { head: 'VALUE', cell: (row) => row.value ?? '(not shown)' },
        { head: 'CHANGED', cell: (row) => showMoment(row.updated_at) },
      ],
      listMapEntries(sql, { map: name, limit: atMost }),
    ),
  );
}

async function show(world: World, name: string, key: string): Promise<void> {
  const what = `cannot show ${key} of ${name}`;
  const entry = refOf(what, name, key, await formOf(what, name));
  const { listMapEntries } = await import('../accounts/listing/map-entries.ts');
  const { firstOf } = await import('../accounts/paging.ts');
  const row = await read(world, (sql) => firstOf(listMapEntries(sql, entry)));
  if (!row) {
    const advice = `what Postfix is answered: dovetail lookup ${name} ${key}`;
    throw failure({ what, why: `${name} has no ${entry.key}`, advice });
  }
  world.output.record(row, [
    ['map', row.map],
    ['key', row.key],
    ['value', row.value ?? '(not shown)'],
    ['description', row.description],
    ['changed', showMoment(row.updated_at)],
  ]);
}

async function formOf(what: string, name: string): Promise<Form> {
  const { tables } = await import('../lookup/tables/index.ts');
  const table = tables.find((one) => one.name === name);
  if (table?.entries) return { ...table.entries, isSecret: table.isSecret === true };
  const names = tables.flatMap((table) => (table.entries ? [table.name] : []));
  const advice = `maps to fill are: ${names.join(', ')}`;
  throw failure({ what, why: `${name} is no map that is filled entry by entry`, advice, code: 2 });
}

function refOf(what: string, name: string, text: string, { keys }: EntryForm): EntryRef {
  const key = keys.read(text);
  if (key !== undefined) return { map: name, key };
  throw failure({ what, why: `${text} is no key of it`, advice: `a key of this map is ${keys.words}` });
}

async function readValue(
  world: World,
  what: string,
  { values, isSecret }: Form,
  text: string | undefined,
  fromStdin: boolean,
): Promise<string> {
  if (text !== undefined && (isSecret || fromStdin)) {
    const why = isSecret ? 'a password does not belong on a command line' : 'the value is given twice';
    throw failure({ what, why, advice: 'pipe it in and give --value-stdin', code: 2 });
  }
  const given = text ?? (await passwordFrom(world, what, fromStdin, 'once'));
  const value = values.read(given);
  if (value !== undefined) return value;
  throw failure({
    what,
    why: 'Postfix would not take the value',
    advice: `a value of this map is ${values.words}`,
  });
}

const shown = ({ isSecret }: Form, value: string): string | null => (isSecret ? null : value);
