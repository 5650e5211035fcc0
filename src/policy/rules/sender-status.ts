/** sender-status — who may not use mail any more sends none, though he is logged in already; nor does who
 * logged in with a password that is changed or removed by now, or that no door lets in any more.
 *
 * A connection that was opened before goes on, and Postfix does not ask again who it is. With such a
 * password mail waits, for what stands against it may end, or the user's program comes back with another one: its queue
 * loses nothing. Strangers are not judged: that somebody writes in the name of a locked user says nothing about him. */

import { type Answer, andThen } from '../../base/answer.ts';
import type { Rule } from '../rule.ts';
import type { Lapse } from '../services.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

const reply: SmtpReply = { code: 554, status: '5.7.1', text: 'This account may not send mail' };

export const senderStatus: Rule = {
  name: 'sender-status',
  words: 'mail of a user who was locked, or whose password opens no door any more, after logging in',
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

/** At a door this looks like a wrong password: why it is none is nobody's business there, nor here. */
const GENERAL = 'This login is not good any more; log in again';

const lapsed: Readonly<Record<Lapse, Judgement>> = {
  suspended: wait('This password is suspended; your administrator can restore it', 'is suspended'),
  replaced: wait('Your password was changed or removed; log in again', 'was changed or removed'),
  expired: wait('Your password has expired; set a new one', 'has expired'),
  'must-change': wait('Your password must be changed before you can log in again', 'must be changed first'),
  network: wait(GENERAL, 'is not good from there any more'),
  'app-password-needed': wait(GENERAL, 'is the plain one, and he must use app passwords'),
};

function judgementOf(known: Answer<boolean>): Judgement {
  if (known.kind === 'later') return known;
  if (known.kind === 'found' && known.value) return pass;
  const why = known.kind === 'found' ? 'the user may not use mail' : 'there is no such user';
  return { kind: 'refuse', reply, because: { why } };
}
