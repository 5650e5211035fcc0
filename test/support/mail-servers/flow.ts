/** flow — mail that keeps coming, from senders that try again as real ones do, and its accounts.
 *
 * Every letter has a subject of its own and one recipient, whose mailboxes are known beforehand. */

import { setTimeout as pause } from 'node:timers/promises';
import type { MailHost } from './host.ts';
import { type Sent, send, subjectsOf } from './letters.ts';

export interface Address {
  readonly to: string;
  /** The users who must get it; none: the address does not exist. */
  readonly users: readonly string[];
}

export interface Flow {
  /** How many letters have found their end: accepted, or refused for ever. */
  settled(): number;
  /** How often a server said "later". */
  postponed(): number;
  /** Resolves when every letter has settled: each with its final answer. */
  readonly done: Promise<readonly Settled[]>;
}

export interface Settled {
  readonly subject: string;
  readonly address: Address;
  readonly last: Sent;
}

const SENDERS = 8;
const RETRY_AFTER = 200; // ms

/** Sends letter after letter; the n-th goes to `addressOf(n)`. */
export function startFlow(host: MailHost, letters: number, addressOf: (n: number) => Address): Flow {
  const settled: Settled[] = [];
  let next = 0;
  let postponed = 0;
  const sendOne = async (n: number): Promise<void> => {
    const address = addressOf(n);
    const subject = `letter ${n}`;
    let last = await send(host, { to: address.to, subject });
    while (isLater(last)) {
      postponed += 1;
      await pause(RETRY_AFTER);
      last = await send(host, { to: address.to, subject });
    }
    settled.push({ subject, address, last });
  };
  const sender = async (): Promise<void> => {
    while (next < letters) await sendOne(next++);
  };
  const done = Promise.all(Array.from({ length: SENDERS }, sender)).then(() => settled);
  return { settled: () => settled.length, postponed: () => postponed, done };
}

const isLater = ({ code }: Sent): boolean => code >= 400 && code < 500;

/** What lies in each mailbox against what should: empty when all is well. */
export async function misdelivered(host: MailHost, users: readonly string[], settled: readonly Settled[]) {
  const wrong: Record<string, { missing: string[]; unexpected: string[] }> = {};
  for (const user of users) {
    const expected = settled
      .filter(({ address, last }) => last.code === 250 && address.users.includes(user))
      .map(({ subject }) => subject);
    const [missing, unexpected] = difference(expected, await subjectsOf(host, user));
    if (missing.length + unexpected.length > 0) wrong[user] = { missing, unexpected };
  }
  return wrong;
}

/** Both lists as multisets: a letter that came twice is unexpected once. */
function difference(expected: readonly string[], found: readonly string[]): [string[], string[]] {
  const left = [...found];
  const missing = expected.filter((subject) => {
    const at = left.indexOf(subject);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [missing, left];
}
