/** sender-status — who may not use mail any more sends none, though he is logged in already.
 *
 * A connection that was opened before the lock goes on, and Postfix does not ask again who it is. Strangers
 * are not judged: that somebody writes in the name of a locked user says nothing about him. */

import type { Answer } from '../../base/answer.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

const reply: SmtpReply = { code: 554, status: '5.7.1', text: 'This account may not send mail' };

export const senderStatus: Rule = {
  name: 'sender-status',
  words: 'mail of a user who was locked after logging in',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge({ sasl }, { mayUseMail }) {
    if (sasl.username === '') return pass;
    const known = mayUseMail(sasl.username);
    return known instanceof Promise ? known.then(judgementOf) : judgementOf(known);
  },
};

function judgementOf(known: Answer<boolean>): Judgement {
  if (known.kind === 'later') return known;
  if (known.kind === 'found' && known.value) return pass;
  const why = known.kind === 'found' ? 'the user may not use mail' : 'there is no such user';
  return { kind: 'refuse', reply, because: { why } };
}
