/** group-posting — a group that is not public takes mail of its members, or of users of its domain, only.
 *
 * Who writes is who has logged in. An envelope sender can be forged, and is believed of clients in
 * `group_trusted_networks` only; so strangers, their bounces too, are refused (groups/writer.ts). Who counts
 * as a member: groups/admission.ts. */

import { type Address, parseAddress } from '../../base/address.ts';
import { type Answer, andThen, found, type Later, type Soon } from '../../base/answer.ts';
import type { Asking, Rules } from '../../lookup/resolve.ts';
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
  judge: (request, services) =>
    andThen(services.recall(closedAddress, request.recipient), (closed) => {
      if (closed.kind === 'later') return closed;
      const address = closed.kind === 'found' ? closed.value : undefined;
      if (!address) return pass;
      return andThen(writerOf(request, services), (writer) => judgeWriter(writer, address, services));
    }),
};

/** The address, if not everybody may write to it. */
function* closedAddress(recipient: string, rules: Rules): Asking<Answer<Address | undefined>> {
  const address = parseAddress(recipient);
  const alias = address && (yield* closedAliasAt(address, rules));
  return found(alias && address);
}

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
