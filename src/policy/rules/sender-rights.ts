/** sender-rights — who has logged in sends as himself, or as what he was granted.
 *
 * The same rights as in smtpd_sender_login_maps (lookup/senders.ts): with and without an extension, in alias
 * domains, and what was granted for a whole domain. An address that belongs to nobody here may be used by nobody
 * who has logged in. Strangers are not judged, for mailing lists and forwarders write in others' names; nor is the
 * null sender, with which mail programs send receipts (RFC 8098 3). A bare name is judged by nobody's rights: Postfix
 * tells it as the client wrote it, and not in which $myorigin it will be an address. It must be whole (RFC 6409 4.2).
 *
 * source   postfix reject_sender_login_mismatch (smtpd_check.c), which judges the same; it completes a bare name
 *          before, and cannot be told of some logins */

import { type Address, canonicalOf, parseAddress } from '../../base/address.ts';
import { type Answer, found, later } from '../../base/answer.ts';
import { type Asking, type Rules, tellLastKnown } from '../../lookup/resolve.ts';
import { sendersOf } from '../../lookup/senders.ts';
import { judgementOf } from '../decide.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

const notYours: SmtpReply = { code: 553, status: '5.7.1', text: 'You may not send as this address' };
const notWhole: SmtpReply = {
  code: 553,
  status: '5.1.7',
  text: 'The sender must be a whole address, user@domain',
};

export const senderRights: Rule = {
  name: 'sender-rights',
  words: 'mail of a user in the name of others',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge({ sender, sasl }, { answer, resolution }) {
    if (sasl.username === '' || sender === '') return pass;
    const login = canonicalOf(sasl.username);
    const address = parseAddress(sender);
    if (!address) return refuse(notWhole, login, 'it is not a whole address');
    const known = answer(rightsOf(login, address, resolution));
    return known instanceof Promise ? known.then(judgementOf) : judgementOf(known);
  },
};

function* rightsOf(login: string, address: Address, rules: Rules): Asking<Answer<Judgement>> {
  const { value: logins, lastKnown } = yield* tellLastKnown(sendersOf(address, rules));
  if (logins.includes(login)) return found(pass);
  if (lastKnown) return later('the database is away, so it cannot be proven who may send as the address');
  const why = logins.length > 0 ? 'it belongs to others' : 'it belongs to nobody who may send';
  return found(refuse(notYours, login, why));
}

const refuse = (reply: SmtpReply, login: string, why: string): Judgement => ({
  kind: 'refuse',
  reply,
  because: { login, why },
});
