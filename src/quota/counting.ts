/** counting — what Dovecot itself counts in a mailbox, for when what was reported is not enough.
 *
 * Totals that were reported may be lost, or overtaken by older ones: before anybody is told that a
 * mailbox is full, Dovecot is asked. Its answer corrects what is written, and is good for seconds: a
 * mailbox is asked about once in that time, however much mail comes for it. Of several Dovecots the
 * first that has an answer is believed.
 *
 * limits   20 mailboxes a request, two requests at once (database/batch.ts has the queue)
 * bugs     all Dovecots must see the same mailboxes: one that knows the user and has none of his mail says
 *          that his mailbox is empty */

import { type Answer, later, type Soon } from '../base/answer.ts';
import { type Clock, type Instant, type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { createBatcher } from '../database/batch.ts';
import type { Counted, Doveadm } from '../net/doveadm.ts';
import { type Answers, firstAnswers } from './ask.ts';

export interface Counting {
  /** By login name; absent: no Dovecot knows it. What was asked before `since` is not good enough. Never rejects. */
  count(login: string, since?: Instant): Promise<Answer<Counted>>;
}

export interface CountingParts {
  readonly doveadms: readonly Pick<Doveadm, 'count'>[];
  /** Writes what differs; `at`: when Dovecot was asked. */
  readonly correct: (counted: ReadonlyMap<string, Counted>, at: Instant) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly goodFor?: Milliseconds;
  /** How long who asks may be kept waiting; the answer, when it comes, is for who asks next. */
  readonly patience?: Milliseconds;
}

interface Asked {
  readonly at: Instant;
  readonly answers: Answers;
}

const AT_ONCE = 20;
const MAX_WAITING = 2000;
const nobody = later('without DOVETAIL_DOVEADM_URLS nobody can be asked how full a mailbox is');

/** Where there is no doveadm. */
export const uncounted: Counting = { count: () => Promise.resolve(nobody) };

export function createCounting(parts: CountingParts): Counting {
  const { doveadms, correct, clock, log, goodFor = seconds(5), patience = seconds(2) } = parts;
  /** The oldest first. */
  const known = new Map<string, Asked>();
  const batcher = createBatcher<Asked>({
    fetch: ask,
    clock,
    maxKeys: AT_ONCE,
    maxWaiting: MAX_WAITING,
    onOutage: (why) =>
      why === undefined ? log.info('quota.counted_again') : log.warn('quota.not_counted', { why }),
  });

  async function ask(logins: readonly string[]): Promise<Asked> {
    const at = clock.now();
    const asked = { at, answers: await firstAnswers(doveadms, logins) };
    for (const login of logins) {
      known.delete(login);
      known.set(login, asked);
    }
    forget(at - goodFor);
    void write(asked);
    return asked;
  }

  function forget(before: Instant): void {
    for (const [login, { at }] of known) {
      if (at >= before) return;
      known.delete(login);
    }
  }

  async function write({ at, answers }: Asked): Promise<void> {
    const counted = new Map<string, Counted>();
    for (const [login, answer] of answers) if (answer.kind === 'found') counted.set(login, answer.value);
    try {
      await correct(counted, at);
    } catch (error) {
      log.warn('quota.not_corrected', { why: reasonOf(error) });
    }
  }

  return {
    async count(login, since) {
      const before = known.get(login);
      if (before && before.at >= (since ?? clock.now() - goodFor)) return answerIn(before, login);
      // What is under way may have been asked before.
      if (since !== undefined) batcher.detach([login]);
      const landing = await within(patience, batcher.ask(login));
      if (!landing) return later('Dovecot is still counting');
      return landing.kind === 'failed' ? later(landing.why) : answerIn(landing.result, login);
    },
  };
}

const answerIn = ({ answers }: Asked, login: string): Answer<Counted> =>
  answers.get(login) ?? later('doveadm said nothing of a mailbox');

/** Undefined when it takes longer. */
async function within<T>(span: Milliseconds, soon: Soon<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, span, undefined);
  });
  return Promise.race([soon, late]).finally(() => clearTimeout(timer));
}
