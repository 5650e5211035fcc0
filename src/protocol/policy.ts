/** policy — answers Postfix's `check_policy_service`.
 *
 *   C: request=smtpd_access_policy <LF> name=value <LF> … <LF>       S: action=… <LF> <LF>
 *
 *   DUNNO                           no objection: Postfix goes on with its next restriction
 *   5xx x.y.z text, 4xx x.y.z text  refused, for good or for now
 *   DEFER_IF_PERMIT 4.3.0 text      it could not be found out: 450, unless Postfix refuses for good by itself.
 *                                   At DATA and END-OF-MESSAGE `451 4.3.0 text`: nothing follows that could refuse
 *
 * Never `OK`, which would skip the restrictions behind ours, and never an empty action, which would too.
 *
 * source    postfix SMTPD_POLICY_README, access(5); smtpd_check.c (check_policy_service)
 * limits    requests of 64 KiB; what stands in main.cf and an SMTP command is far shorter
 * security  no authentication: bind to a unix socket that only Postfix may open, or to loopback. What could
 *           not be found out, and why, is for the log: strangers read the reply */

import { type Soon, unreachable } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { createTally, type Tally } from '../base/tally.ts';
import { printable } from '../base/text.ts';
import type { PolicyRequest, State } from '../policy/request.ts';
import type { Judgement, SmtpReply } from '../policy/verdict.ts';
import { attributes } from '../wire/attributes.ts';
import { type Parsed, parsePolicyRequest } from './policy-request.ts';
import type { Protocol, Reply } from './protocol.ts';

const MAX_REQUEST = 65_536;
/** An SMTP reply line has 512 octets, and Postfix writes the address before the text. */
const MAX_TEXT = 250;

const DUNNO = 'action=DUNNO\n\n';
const LATER = '4.3.0 Temporary failure, please try again later';
const DEFER = `action=DEFER_IF_PERMIT ${LATER}\n\n`;
const DEFER_NOW = `action=451 ${LATER}\n\n`;

const temporaryAt = (state: State): Reply =>
  state === 'DATA' || state === 'END-OF-MESSAGE' ? DEFER_NOW : DEFER;

export interface PolicyParts {
  /** All rules together (policy/decide.ts). Never rejects for want of a database. */
  readonly decide: (request: PolicyRequest) => Soon<Judgement>;
  /** By the kind of answer. */
  readonly tally?: Tally;
  readonly log: Log;
}

export function policy({ decide, tally = createTally(), log }: PolicyParts): Protocol<string, Soon<Reply>> {
  const counters = {
    pass: tally.at('pass'),
    refuse: tally.at('refuse'),
    wait: tally.at('wait'),
    later: tally.at('later'),
  };
  const say = (state: State, judgement: Judgement): Reply => {
    counters[judgement.kind].count += 1;
    return actionOf(state, judgement);
  };

  // Not repeated, neither here nor in the log: whatever it is, it was not meant for us.
  const malformed = (why: string): Reply => {
    counters.later.count += 1;
    log.warn('policy.malformed', { why });
    return DEFER;
  };

  const answer = (text: string): Soon<Reply> => {
    const parsed: Parsed = parsePolicyRequest(text);
    if (parsed.kind === 'malformed') return malformed(parsed.why);
    const { state } = parsed.request;
    const judgement = decide(parsed.request);
    return judgement instanceof Promise ? judgement.then((late) => say(state, late)) : say(state, judgement);
  };

  const conversation = { answer };
  return {
    name: 'policy',
    framing: attributes(MAX_REQUEST),
    converse: () => conversation,
    broken: () => DEFER,
    failed: (text) => (/^protocol_state=(?:DATA|END-OF-MESSAGE)$/mu.test(text) ? DEFER_NOW : DEFER),
  };
}

/** What Postfix is told, octet by octet. */
export function actionOf(state: State, judgement: Judgement): Reply {
  switch (judgement.kind) {
    case 'pass':
      return DUNNO;
    case 'refuse':
    case 'wait':
      return sayable(judgement) ? `action=${replyLine(judgement.reply)}\n\n` : temporaryAt(state);
    case 'later':
      return temporaryAt(state);
    default:
      return unreachable(judgement);
  }
}

const replyLine = ({ code, status, text }: SmtpReply): string =>
  `${code} ${status} ${asciiLine(text) || 'Refused'}`;

/** Not every client has asked for SMTPUTF8. */
const asciiLine = (text: string): string =>
  printable(text, MAX_TEXT).replaceAll('…', '...').slice(0, MAX_TEXT);

/** Code and status agree with what is meant; Postfix would make a "server configuration error" of others. */
function sayable({ kind, reply: { code, status } }: Judgement & { kind: 'refuse' | 'wait' }): boolean {
  const digit = kind === 'refuse' ? '5' : '4';
  return new RegExp(`^${digit}\\d\\d ${digit}\\.\\d{1,3}\\.\\d{1,3}$`, 'u').test(`${code} ${status}`);
}
