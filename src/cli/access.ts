/** access — `dovetail access add | list | show | remove`: block and allow lists of everybody, of a domain,
 * of a user (docs/access-lists.md). */

import type { Command } from 'commander';
import type { ListOf, Side, Subject, Verdict } from '../accounts/access.ts';
import type { AccessRow } from '../accounts/listing/access.ts';
import { accept, createReader, example, makeChange, read, readLimit, showMoment } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const access: CommandFile = {
  register(program, world) {
    const family = program.command('access').description('whose mail is let in, and whose is not');
    withOwner(withSubject(family.command('add').argument('<verdict>', 'allow or block')))
      .description('put a sender, a recipient or a client on a list')
      .option('--note <text>', 'why, for people')
      .option('--expires <when>', 'until then: 2027-01-31, 30d or never')
      .addHelpText(
        'after',
        example(
          'dovetail access add block sender .spam.example',
          'dovetail access add allow sender ann@example.net --user alice@example.org',
          'dovetail access add block client 192.0.2.0/24 --domain example.org --expires 30d',
          'dovetail access add block recipient @rival.example --note "the lawyers asked"',
        ),
      )
      .action((verdict: string, side: string, pattern: string, options: AddOptions) =>
        add(world, verdict, { side, pattern }, options),
      );
    withOwner(family.command('list'))
      .description('list entries, of all lists or of one')
      .option('--everybody', 'only those that hold for everybody')
      .option('--side <side>', 'only senders, recipients or clients')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail access list --user alice@example.org'))
      .action((options: ListOptions) => list(world, options));
    withSubject(family.command('show'))
      .description('show whose lists have a sender, a recipient or a client')
      .addHelpText('after', example('dovetail access show sender .spam.example'))
      .action((side: string, pattern: string) => show(world, { side, pattern }));
    withOwner(withSubject(family.command('remove')))
      .description('take an entry from a list')
      .addHelpText('after', example('dovetail access remove sender .spam.example'))
      .action((side: string, pattern: string, options: OwnerOptions) =>
        remove(world, { side, pattern }, options),
      );
  },
};

interface OwnerOptions {
  readonly user?: string;
  readonly domain?: string;
}

interface AddOptions extends OwnerOptions {
  readonly note?: string;
  readonly expires?: string;
}

interface ListOptions extends OwnerOptions {
  readonly everybody?: boolean;
  readonly side?: string;
  readonly limit?: string;
}

interface Written {
  readonly side: string;
  readonly pattern: string;
}

const withSubject = (command: Command): Command =>
  command
    .argument('<side>', 'sender, recipient or client')
    .argument('<pattern>', 'an address, @domain, .domain for all below it; of a client a network');

const withOwner = (command: Command): Command =>
  command
    .option('--user <user>', "this user's own list: the address or the login name")
    .option('--domain <domain>', 'the list of this domain; without both, the one for everybody');

async function add(world: World, verdict: string, written: Written, options: AddOptions): Promise<void> {
  const what = `cannot put ${written.pattern} on a list`;
  const wanted = await readSubject(world, what, written);
  const { verdicts } = await import('../accounts/access.ts');
  const fields = {
    verdict: oneOf<Verdict>(what, 'verdict', verdicts, verdict),
    note: options.note,
    expiresAt: await readMoment(world, what, options.expires),
  };
  const of = await readOwner(world, what, options);
  const { addAccess } = await import('../accounts/access.ts');
  const owner = await makeChange(world, what, (change) => addAccess(change, of, wanted, fields));
  const { expiresAt, note } = fields;
  world.output.done(
    `${wanted.side} ${wanted.pattern} is on the ${fields.verdict} list of ${owner.name} now.`,
    {
      list: owner.name,
      ...wanted,
      verdict: fields.verdict,
      note: note ?? null,
      expires_at: expiresAt ?? null,
    },
  );
}

async function remove(world: World, written: Written, options: OwnerOptions): Promise<void> {
  const what = `cannot take ${written.pattern} from a list`;
  const wanted = await readSubject(world, what, written);
  const of = await readOwner(world, what, options);
  const { removeAccess } = await import('../accounts/access.ts');
  const owner = await makeChange(world, what, (change) => removeAccess(change, of, wanted));
  const value = { list: owner.name, ...wanted, removed: true };
  world.output.done(`Took ${wanted.side} ${wanted.pattern} from the list of ${owner.name}.`, value);
}

async function list(world: World, options: ListOptions): Promise<void> {
  const what = 'cannot list entries';
  const of = await readOwner(world, what, options);
  const isOne = options.everybody === true || of.user !== undefined || of.domain !== undefined;
  const { findOwner, sides } = await import('../accounts/access.ts');
  const { listAccess } = await import('../accounts/listing/access.ts');
  const side = options.side === undefined ? undefined : oneOf<Side>(what, 'side', sides, options.side);
  const limit = readLimit(what, options.limit);
  await read(world, async (sql) => {
    const owner = isOne ? accept(what, await findOwner(sql, of)) : undefined;
    await world.output.list<AccessRow>(
      [
        { head: 'LIST', cell: (row) => row.list },
        { head: 'VERDICT', cell: (row) => row.verdict },
        { head: 'SIDE', cell: (row) => row.side },
        { head: 'PATTERN', cell: (row) => row.pattern },
        { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
        { head: 'NOTE', cell: (row) => row.note },
      ],
      listAccess(sql, { owner, side, limit }),
    );
  });
}

async function show(world: World, written: Written): Promise<void> {
  const what = `cannot show ${written.pattern}`;
  const wanted = await readSubject(world, what, written);
  const { listAccess } = await import('../accounts/listing/access.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listAccess(sql, wanted)));
  if (rows.length === 0) {
    throw failure({ what, why: 'it is on no list', advice: 'see what is: dovetail access list' });
  }
  const entries = rows.map((row) => {
    const end = showMoment(row.expires_at);
    return [row.verdict, end === null ? row.list : `${row.list} until ${end} UTC`] as const;
  });
  world.output.record({ ...wanted, entries: rows }, [[wanted.side, wanted.pattern], ...entries]);
}

async function readSubject(world: World, what: string, { side: word, pattern }: Written): Promise<Subject> {
  const { sides } = await import('../accounts/access.ts');
  const side = oneOf<Side>(what, 'side', sides, word);
  const reader = await createReader(world, what);
  return { side, pattern: side === 'client' ? reader.network(pattern) : reader.addressPattern(pattern) };
}

async function readOwner(world: World, what: string, { user, domain }: OwnerOptions): Promise<ListOf> {
  if (user !== undefined && domain !== undefined) {
    throw failure({ what, why: '--user and --domain exclude each other', advice: 'give one', code: 2 });
  }
  const reader = await createReader(world, what);
  return { user, domain: reader.optional(reader.domain, domain) };
}

async function readMoment(world: World, what: string, text: string | undefined) {
  const reader = await createReader(world, what);
  return reader.optional(reader.moment, text);
}

function oneOf<W extends string>(what: string, kind: string, words: readonly W[], word: string): W {
  const known = words.find((one) => one === word);
  if (known !== undefined) return known;
  throw failure({ what, why: `${word} is no ${kind}`, advice: `give ${words.join(', ')}`, code: 2 });
}
