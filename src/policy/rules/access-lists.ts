/** access-lists — block and allow lists of the administrator, of a domain, of a user.
 *
 * An `allow` is no more than no objection of this rule: whether a local sender is forged, a mailbox full
 * or an account locked, other rules say. Greylisting lets it pass, too.
 *
 * security the refusal tells neither whose list it was nor that there is one */

import { andThen } from '../../base/answer.ts';
import { listed } from '../access/lists.ts';
import { EVERYBODY } from '../access/precedence.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass } from '../verdict.ts';

const reply = { code: 550, status: '5.7.1', text: 'Not accepted here' } as const;

export const accessLists: Rule = {
  name: 'access-lists',
  words: 'mail from or to whom a list of the administrator, the domain or the user blocks',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge: (request, services) =>
    andThen(listed(request, services), (answer): Judgement => {
      if (answer.kind === 'later') return answer;
      if (answer.kind === 'absent' || answer.value.verdict === 'allow') return pass;
      const { owner, about } = answer.value;
      return { kind: 'refuse', reply, because: { list: owner === EVERYBODY ? 'everybody' : owner, about } };
    }),
};
