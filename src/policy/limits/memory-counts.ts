/** memory-counts — the counters of this process.
 *
 * limits   so much memory, for who has logged in and for strangers apart; of more the accounts go that are
 *          unused longest. So a flood of strangers forgets nothing of users. A user with the shipped limits
 *          and fifty acquaintances takes two or three kilobytes */

import { LRUCache } from 'lru-cache';
import { ownCopy } from '../../base/text.ts';
import {
  type Account,
  createAccount,
  isFresh,
  isKnown,
  type Ledger,
  ledgerIn,
  meet,
  placeIn,
} from './account.ts';
import { bitsOf } from './bits.ts';
import type {
  Charge,
  Counted,
  Counts,
  Exceeded,
  New,
  Once,
  Order,
  Outcome,
  Over,
  Owner,
  Use,
} from './charge.ts';
import { createMessages, type Message, type Messages } from './messages.ts';
import { add, advance, type Cells, freesIn, usedOf, useOf } from './window.ts';

/** Answers at once. */
export interface OwnCounts extends Counts {
  charge(order: Order): Outcome;
  look(order: Order): Outcome;
  /** What is certain here, though others may have counted more, and know better who is new. */
  survey(order: Order): Over | Survey;
  uses(home: string, counters: readonly Counted[]): readonly Use[];
  /** Counts what was let through elsewhere, whether or not it fits: of the charges those that counted there. */
  note(order: Order, due: readonly number[]): void;
}

export interface Survey {
  readonly kind: 'open';
  /** Of each counter at most half is used. */
  readonly isRoomy: boolean;
  /** Of the order's `news`: those that are not known, or were not renewed of late. */
  readonly mayBeNew: readonly boolean[];
}

export interface MemoryCountsParts {
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** For who has logged in; strangers have an eighth. */
  readonly maxOctets?: number;
}

const MAX_OCTETS = 256 * 1024 ** 2;

export function createMemoryCounts({ now, maxOctets = MAX_OCTETS }: MemoryCountsParts): OwnCounts {
  const [users, strangers] = [createRoom(maxOctets), createRoom(maxOctets / 8)];
  const open = (order: Order): Tab => openTab(order.isStranger ? strangers : users, order, now());

  function ask(order: Order, isCounted: boolean): Outcome {
    const tab = open(order);
    const due = dueOn(tab, newsOn(tab, isKnown));
    const over = firstOver(tab, due);
    if (over) return over;
    if (isCounted) put(tab, due);
    return { kind: 'within', due, exceeded: exceededOn(tab) };
  }

  return {
    charge: (order) => ask(order, true),
    look: (order) => ask(order, false),
    survey(order) {
      const tab = open(order);
      const over = firstOver(tab, dueOn(tab, []));
      return over ?? { kind: 'open', isRoomy: isRoomy(tab), mayBeNew: newsOn(tab, isFresh) };
    },
    uses(_, counters) {
      const at = now();
      return counters.map(({ owner, meter, window, max }) => {
        const account = accountIn(users, owner.account);
        const [cells, place] = windowIn(account, ledgerIn(account, owner.name), { meter, window }, at);
        return useOf(cells, place, window, { at, max });
      });
    },
    note(order, due) {
      const tab = open(order);
      const isNew = order.news.map(() => true);
      put(
        tab,
        dueOn(tab, isNew).filter((index) => due.includes(index)),
      );
    },
  };
}

interface Room {
  readonly accounts: LRUCache<string, Account>;
  readonly messages: Messages;
}

/** A message takes some 150 octets, and is allowed a quarter. */
const createRoom = (maxOctets: number): Room => ({
  accounts: new LRUCache({ maxSize: maxOctets, sizeCalculation: ({ octets }) => octets }),
  messages: createMessages(Math.ceil(maxOctets / 2700)),
});

const accountIn = ({ accounts }: Room, name: string): Account => accounts.get(name) ?? createAccount();

/** An order, and all that it is about, as it is at that time. */
interface Tab {
  readonly room: Room;
  readonly order: Order;
  readonly at: number;
  readonly account: Account;
  /** By owner. */
  readonly accounts: readonly Account[];
  readonly ledgers: readonly Ledger[];
  /** Empty where it has no name. */
  readonly messageName: string;
  readonly message: Message | undefined;
  /** Of the order's `onces` and `news`, in bits. */
  readonly onces: readonly number[];
  readonly marks: readonly number[];
}

/** Told from a recipient's bits once in four thousand million times not. */
const bitsOfOnce: Readonly<Record<Exclude<Once, 'recipient'>, number>> = { message: 1, bytes: 2 };

function openTab(room: Room, order: Order, at: number): Tab {
  const account = accountIn(room, order.account);
  const accounts = order.owners.map((owner) =>
    owner.account === order.account ? account : accountIn(room, owner.account),
  );
  const ledgers = order.owners.map((owner, n) => ledgerIn(accounts[n] as Account, owner.name));
  const messageName = order.message === '' ? '' : `${order.account} ${order.message}`;
  const message = messageName === '' ? undefined : room.messages.find(messageName, at);
  const recipient = bitsOf(order.recipient);
  const onces = order.onces.map((once) => (once === 'recipient' ? recipient : bitsOfOnce[once]));
  const marks = order.news.map((kind) => (kind === 'new_networks' ? bitsOf(order.network) : recipient));
  return { room, order, at, account, accounts, ledgers, messageName, message, onces, marks };
}

/** Which of the order's `news` are not known so. */
const newsOn = ({ order, account, marks, at }: Tab, isSo: typeof isKnown): boolean[] =>
  order.news.map((kind, n) => !isSo(account, kind, marks[n] as number, at));

/** The charges that were not made for this message before, of what is new. */
function dueOn({ order, message, onces }: Tab, isNew: readonly boolean[]): number[] {
  const { charges } = order;
  const isDone = onces.map((once) => message?.onces.includes(once) ?? false);
  const due: number[] = [];
  for (let index = 0; index < charges.length; index += 1) {
    const { once, ifNew } = charges[index] as Charge;
    if (!isDone[once] && (ifNew === undefined || isNew[ifNew])) due.push(index);
  }
  return due;
}

/** Advanced to that time. */
function windowIn(
  account: Account,
  ledger: Ledger,
  { meter, window }: Pick<Charge, 'meter' | 'window'>,
  at: number,
): readonly [Cells, place: number] {
  const place = placeIn(account, ledger, meter);
  advance(ledger.cells, place, window, at);
  return [ledger.cells, place];
}

const windowOn = ({ accounts, ledgers, at }: Tab, charge: Charge): readonly [Cells, place: number] =>
  windowIn(accounts[charge.owner] as Account, ledgers[charge.owner] as Ledger, charge, at);

function firstOver(tab: Tab, due: readonly number[]): Over | undefined {
  const { charges, amount } = tab.order;
  for (const index of due) {
    const charge = charges[index] as Charge;
    if (charge.isSoft) continue;
    const [cells, place] = windowOn(tab, charge);
    const used = usedOf(cells, place);
    if (used + amount <= charge.max) continue;
    const free = freesIn(cells, place, charge.window, { at: tab.at, amount, max: charge.max });
    return { kind: 'over', index, used, freesIn: free };
  }
  return undefined;
}

function isRoomy(tab: Tab): boolean {
  for (const charge of tab.order.charges) {
    const [cells, place] = windowOn(tab, charge);
    if (2 * usedOf(cells, place) > charge.max) return false;
  }
  return true;
}

function put(tab: Tab, due: readonly number[]): void {
  const { room, order, at, account, messageName } = tab;
  for (const index of due) {
    const charge = order.charges[index] as Charge;
    if (charge.isDoubtful) continue;
    const [cells, place] = windowOn(tab, charge);
    add(cells, place, order.amount);
  }
  for (let n = 0; n < tab.marks.length; n += 1)
    meet(account, order.news[n] as New, tab.marks[n] as number, at);
  if (messageName !== '') room.messages.note(messageName, tab.message, tab.onces, at);
  keep(room, order.account, account);
  for (let n = 0; n < tab.accounts.length; n += 1)
    keep(room, (order.owners[n] as Owner).account, tab.accounts[n] as Account);
}

/** Tells the room of a new account, or of one that has grown. */
function keep({ accounts }: Room, name: string, account: Account): void {
  if (account.listed === account.octets) return;
  account.listed = account.octets;
  // Without this its former size would be believed.
  accounts.delete(name);
  accounts.set(ownCopy(name), account);
}

function exceededOn(tab: Tab): readonly Exceeded[] {
  const exceeded: Exceeded[] = [];
  const { charges } = tab.order;
  for (let index = 0; index < charges.length; index += 1) {
    const charge = charges[index] as Charge;
    if (!charge.isSoft) continue;
    const [cells, place] = windowOn(tab, charge);
    const used = usedOf(cells, place);
    if (used > charge.max) exceeded.push({ index, used });
  }
  return exceeded;
}
