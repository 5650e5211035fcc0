/** sender-status — who may not use mail any more sends none, though he is logged in already; nor does who
 * logged in with a password that is suspended, changed or removed by now.
 *
 * A connection that was opened before goes on, and Postfix does not ask again who it is. With such a
 * password mail waits, for it may be restored, or the user's program comes back with the new one: its queue
 * loses nothing. Strangers are not judged: that somebody writes in the name of a locked user says nothing about him. */

import { type Answer, andThen } from '../../base/answer.ts';
import type { Rule } from '../rule.ts';
import type { Lapse } from '../services.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

const reply: SmtpReply = { code: 554, status: '5.7.1', text: 'This account may not send mail' };

export const senderStatus: Rule = {
  name: 'sender-status',
  words: 'mail of a user who was locked, or his password suspended, changed or removed, after logging in',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge(request, { mayUseMail, lapseOf }) {
    if (request.sasl.username === '') return pass;
    return andThen(mayUseMail(request.sasl.username), (known) => {
      const judgement = judgementOf(known);
      if (judgement !== pass) return judgement;
      return andThen(lapseOf(request), (lapse) => (lapse ? lapsed[lapse] : pass));
    });
  },
};

const wait = (text: string, what: string): Judgement => ({
  kind: 'wait',
  reply: { code: 450, status: '4.7.1', text },
  because: { why: `the password with which he logged in ${what}` },
});

const lapsed: Readonly<Record<Lapse, Judgement>> = {
  suspended: wait('This password is suspended; your administrator can restore it', 'is suspended'),
  replaced: wait('Your password was changed or removed; log in again', 'was changed or removed'),
};

function judgementOf(known: Answer<boolean>): Judgement {
  if (known.kind === 'later') return known;
  if (known.kind === 'found' && known.value) return pass;
  const why = known.kind === 'found' ? 'the user may not use mail' : 'there is no such user';
  return { kind: 'refuse', reply, because: { why } };
}
