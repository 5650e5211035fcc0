/** group-posting — a group that is not public takes mail of its members, or of users of its domain, only.
 *
 * Who writes is who has logged in. An envelope sender can be forged, and is believed of clients in
 * `group_trusted_networks` only; so strangers, their bounces too, are refused (groups/writer.ts). Who counts
 * as a member: groups/admission.ts. */

import { type Address, parseAddress } from '../../base/address.ts';
import { andThen, type Later, type Soon } from '../../base/answer.ts';
import { asAnswer } from '../../lookup/book.ts';
import { type ClosedAlias, closedAliasAt, refusingAlias } from '../groups/admission.ts';
import { type Writer, writerOf } from '../groups/writer.ts';
import type { Rule } from '../rule.ts';
import type { PolicyServices } from '../services.ts';
import { type Judgement, pass } from '../verdict.ts';

export const groupPosting: Rule = {
  name: 'group-posting',
  words: 'mail to a group of who may not write to it',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge(request, services) {
    const address = parseAddress(request.recipient);
    if (!address) return pass;
    const closed = services.answer(asAnswer(closedAliasAt(address, services.resolution)));
    return andThen(closed, (alias) => {
      if (alias.kind === 'later') return alias;
      if (alias.kind === 'absent' || !alias.value) return pass;
      return andThen(writerOf(request, services), (writer) => judgeWriter(writer, address, services));
    });
  },
};

function judgeWriter(
  writer: Writer | Later,
  address: Address,
  { answer, resolution }: PolicyServices,
): Soon<Judgement> {
  if (writer.kind === 'later') return writer;
  return andThen(answer(refusingAlias(address, writer, resolution)), (alias) => {
    if (alias.kind === 'later') return alias;
    return alias.kind === 'found' && alias.value ? refusal(alias.value, writer) : pass;
  });
}

function refusal({ key, allowedSenders }: ClosedAlias, writer: Writer): Judgement {
  const who = allowedSenders === 'members' ? 'members of this group' : 'users of this domain';
  const how = writer.kind === 'stranger' ? ', after logging in' : '';
  return {
    kind: 'refuse',
    reply: { code: 550, status: '5.7.1', text: `Only ${who} may write to this address${how}` },
    because: { group: key, open: allowedSenders, writer: writer.kind },
  };
}
