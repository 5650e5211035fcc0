/** ask — one question to several Dovecots: what do these mailboxes hold? */

import type { Answer } from '../base/answer.ts';
import type { Counted, Doveadm } from '../net/doveadm.ts';

/** By login name; absent: no Dovecot knows it. */
export type Answers = ReadonlyMap<string, Answer<Counted>>;

/** Whom the first does not know, or could not count, the next is asked about. Rejects when none of them answers. */
export async function firstAnswers(
  doveadms: readonly Pick<Doveadm, 'count'>[],
  logins: readonly string[],
): Promise<Answers> {
  const answers = new Map<string, Answer<Counted>>();
  let failure: unknown;
  for (const doveadm of doveadms) {
    const open = logins.filter((login) => answers.get(login)?.kind !== 'found');
    if (open.length === 0) break;
    try {
      for (const [login, answer] of await doveadm.count(open))
        if (answer.kind !== 'absent' || !answers.has(login)) answers.set(login, answer);
    } catch (error) {
      failure = error;
    }
  }
  if (answers.size === 0) throw failure;
  return answers;
}
