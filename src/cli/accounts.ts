/** accounts — what the commands for accounts share: the way to the services, and words that recur. */

import type { Command } from 'commander';
import type { Change, Sql } from '../accounts/change.ts';
import type { Outcome } from '../accounts/outcome.ts';
import type { Address, CatchAll, Domain } from '../base/address.ts';
import { reasonOf } from '../base/text.ts';
import type { Settings } from '../config/settings.ts';
import { type AccountsDatabase, CommandFailed, failure, type World } from './command.ts';

/** The value, or the end of the command: "cannot add …: why; advice". */
export function accept<T>(what: string, outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw failure({ what, why: outcome.why, advice: outcome.advice });
}

/** Makes one change, with its audit row, or ends the command with why not. */
export async function makeChange<T>(
  world: World,
  what: string,
  work: (change: Change) => Promise<Outcome<T>>,
): Promise<T> {
  const [{ change }, findLoop, store] = await Promise.all([
    import('../accounts/change.ts'),
    loopFinder(await world.settings()),
    openAccounts(world),
  ]);
  return accept(
    what,
    await change({ store, findLoop, actor: { service: 'cli', person: world.person } }, work),
  );
}

/** The search for loops, with the daemon's own rule of where mail goes. */
async function loopFinder({ recipientDelimiter: delimiters }: Settings) {
  const { createFindLoop } = await import('../accounts/loops.ts');
  const { locate } = await import('../lookup/resolve.ts');
  return createFindLoop((address) => locate(address, { delimiters }), delimiters);
}

/** The accounts, or the end of the command with why they cannot be reached. */
async function openAccounts(world: World): Promise<AccountsDatabase> {
  try {
    return await world.openDatabase();
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    const { adviceOn } = await import('./open-database.ts');
    throw failure({ what: 'cannot use the database', why: reasonOf(error), advice: adviceOn(error) });
  }
}

/** Reads in one transaction. */
export async function read<T>(world: World, work: (sql: Sql) => Promise<T>): Promise<T> {
  const database = await openAccounts(world);
  return database.transaction(work);
}

type Readings = typeof import('../accounts/reading.ts');

/** Turns words of the command line into what the services take; refuses with `what`. */
export interface Reader {
  address(text: string): Address;
  addressOrCatchAll(text: string): Address | CatchAll;
  addressPattern(text: string): string;
  domain(text: string): Domain;
  transport(text: string): string | null;
  size(text: string): number | null;
  count(text: string): number | null;
  moment(text: string): Date | null;
  since(text: string): Date;
  months(text: string): number;
  client(text: string): string;
  network(text: string): string;
  networks(texts: readonly string[]): readonly string[];
  /** The same of an option that may not be given. */
  optional<T, W = string>(read: (written: W) => T, written: W | undefined): T | undefined;
}

export async function createReader(world: World, what: string): Promise<Reader> {
  const readings: Readings = await import('../accounts/reading.ts');
  return {
    address: (text) => accept(what, readings.readAddress(text)),
    addressOrCatchAll: (text) => accept(what, readings.readAddressOrCatchAll(text)),
    addressPattern: (text) => accept(what, readings.readAddressPattern(text)),
    domain: (text) => accept(what, readings.readDomain(text)),
    transport: (text) => accept(what, readings.readTransport(text)),
    size: (text) => accept(what, readings.readSize(text)),
    count: (text) => accept(what, readings.readCount(text)),
    moment: (text) => accept(what, readings.readMoment(text, world.clock.date())),
    since: (text) => accept(what, readings.readSince(text, world.clock.date())),
    months: (text) => accept(what, readings.readMonths(text)),
    client: (text) => accept(what, readings.readClient(text)),
    network: (text) => accept(what, readings.readNetwork(text)),
    networks: (texts) => accept(what, readings.readNetworks(texts)),
    optional: (read, written) => (written === undefined ? undefined : read(written)),
  };
}

/** `--limit` of a listing: a count of at least one. */
export function readLimit(what: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/u.test(text))
    return text === undefined ? undefined : Number(text);
  throw failure({ what, why: `--limit ${text} is no number`, advice: 'give 1 or more', code: 2 });
}

/** `--enable` and `--disable` as one switch; undefined where neither was given. */
export function switchOf(what: string, on: Flag, off: Flag): boolean | undefined {
  if (on.given && off.given) {
    throw failure({
      what,
      why: `${on.name} and ${off.name} exclude each other`,
      advice: 'give one',
      code: 2,
    });
  }
  if (on.given) return true;
  return off.given ? false : undefined;
}

interface Flag {
  readonly name: string;
  readonly given: boolean | undefined;
}

/** A `set` that was given nothing to set is a slip of the keyboard. */
export function refuseNothing(what: string, command: Command, given: object): void {
  if (Object.values(given).some((value) => value !== undefined)) return;
  const flags = command.options
    .map((option) => option.long)
    .filter((flag) => flag !== '--json' && flag !== '--config');
  throw failure({
    what,
    why: 'nothing to change was given',
    advice: `give one of ${flags.join(', ')}`,
    code: 2,
  });
}

export const example = (...lines: string[]): string =>
  `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;

/** A moment as people read it, in UTC: `2027-01-31 12:00`. */
export const showMoment = (moment: Date | null): string | null =>
  moment === null ? null : moment.toISOString().slice(0, 16).replace('T', ' ');

export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** A limit as people read it: the number, or `unlimited`. */
export const showLimit = (limit: number | null): string => (limit === null ? 'unlimited' : String(limit));
