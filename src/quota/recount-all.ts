/** recount-all — has Dovecot count many mailboxes, and writes what differs from what was reported.
 *
 * For reports that never came: whoever was filled while nothing reached dict.sock is thought to have room until his
 * mailbox changes again.
 *
 * limits   two requests at once, of 20 mailboxes each: Dovecot has other work
 * bugs     of a mailbox that changes at the same moment the newer report stays, and is not told of here */

import { type Answer, unreachable } from '../base/answer.ts';
import type { Clock, Instant } from '../base/clock.ts';
import type { Counted, Doveadm } from '../net/doveadm.ts';
import { type Answers, firstAnswers } from './ask.ts';

export type Recounted =
  | {
      readonly kind: 'counted';
      readonly login: string;
      readonly was: Written;
      readonly counted: Counted;
      /** Something else was written. */
      readonly isCorrected: boolean;
    }
  /** Dovecot does not know him. */
  | { readonly kind: 'unknown'; readonly login: string }
  | { readonly kind: 'later'; readonly login: string; readonly why: string };

/** What the database says: bytes, and messages. */
export interface Written {
  readonly bytes: number;
  readonly messages: number;
}

export interface RecountAllParts {
  readonly doveadms: readonly Pick<Doveadm, 'count'>[];
  /** What is written of these logins. */
  readonly written: (logins: readonly string[]) => Promise<ReadonlyMap<string, Written>>;
  /** Writes what differs; `at`: when Dovecot was asked. */
  readonly correct: (counted: ReadonlyMap<string, Counted>, at: Instant) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

const A_REQUEST = 20;
const AT_ONCE = 2;

/** Rejects when no Dovecot answers, or the database is away. */
export async function* recountAll(
  pages: AsyncIterable<readonly string[]>,
  parts: RecountAllParts,
): AsyncGenerator<readonly Recounted[]> {
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += A_REQUEST * AT_ONCE) {
      const parcels = Array.from({ length: AT_ONCE }, (_, n) =>
        page.slice(from + n * A_REQUEST, from + (n + 1) * A_REQUEST),
      );
      const recounted = await Promise.all(parcels.map((logins) => recount(logins, parts)));
      yield recounted.flat();
    }
  }
}

async function recount(
  logins: readonly string[],
  { doveadms, written, correct, clock }: RecountAllParts,
): Promise<readonly Recounted[]> {
  if (logins.length === 0) return [];
  const at = clock.now();
  const answers = await firstAnswers(doveadms, logins);
  const before = await written(logins);
  const counted = countedIn(answers);
  if (counted.size > 0) await correct(counted, at);
  return logins.map((login) => recountedOf(login, answers.get(login), before.get(login)));
}

function countedIn(answers: Answers): ReadonlyMap<string, Counted> {
  const counted = new Map<string, Counted>();
  for (const [login, answer] of answers) if (answer.kind === 'found') counted.set(login, answer.value);
  return counted;
}

function recountedOf(
  login: string,
  answer: Answer<Counted> | undefined,
  was: Written = { bytes: 0, messages: 0 },
): Recounted {
  if (!answer) return { kind: 'later', login, why: 'doveadm said nothing of it' };
  switch (answer.kind) {
    case 'found':
      return { kind: 'counted', login, was, counted: answer.value, isCorrected: differ(was, answer.value) };
    case 'absent':
      return { kind: 'unknown', login };
    case 'later':
      return { kind: 'later', login, why: answer.why };
    default:
      return unreachable(answer);
  }
}

/** Dovecot tells KiB, rounded up. */
const differ = (was: Written, counted: Counted): boolean =>
  was.messages !== counted.messages || Math.ceil(was.bytes / 1024) !== counted.kibibytes;
