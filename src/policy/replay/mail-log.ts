/** mail-log — the requests that Postfix made, as far as its log tells of them.
 *
 * What was accepted is told in pieces, joined by the queue id: smtpd names the client and the login, qmgr the sender
 * and the size, each delivery a recipient, as it was asked about (`orig_to`). Each recipient is a request at RCPT,
 * at the time at which the message was accepted; the end of the message is one at END-OF-MESSAGE. What was refused is
 * one line. What a content filter hands back (`orig_client`) and what began on the host itself was not asked about.
 *
 * source   postfix smtpd.c, smtpd_check.c (log_whatsup), qmgr_active.c, log_adhoc.c
 * limits   50,000 messages on their way at once; of more, the oldest are given up
 * bugs     HELO is told of refusals only; a copy (bcc) looks like one more recipient; a recipient who was refused at the
 *          end of data is known if there was one alone */

import type { PolicyRequest, State } from '../request.ts';
import { createLogLines, type LogLine } from './log-line.ts';
import type { Recorded, Recording } from './recorded.ts';

interface Message {
  readonly at: number;
  readonly queueId: string;
  readonly from: Peer;
  sender: string | undefined;
  size: number;
  readonly recipients: Set<string>;
}

/** Who gave it to smtpd. */
type Peer = Pick<PolicyRequest, 'client' | 'sasl' | 'context'>;

const MAX_MESSAGES = 50_000;

const CLIENT =
  /^client=(?<client>[^,]*)(?:, sasl_method=(?<method>[^,]*), sasl_username=(?<username>.*?))?(?:, sasl_sender=(?<sender>.*))?$/u;
const FROM = /^from=<(?<sender>.*)>, size=(?<size>\d+), nrcpt=/u;
const TO = /^to=<(?<to>.*?)>, (?:orig_to=<(?<origTo>.*?)>, )?(?:relay|conn_use|delay)=/u;
const REFUSAL =
  /^(?:milter-)?reject: (?:RCPT|DATA|END-OF-MESSAGE) from (?<client>\S+): (?<reply>.*); from=<(?<sender>.*)> to=<(?<recipient>.*?)> proto=\S+(?: helo=<(?<helo>.*?)>)?(?: sasl_method=(?<method>\S*))?(?: sasl_username=(?<username>\S*))?/u;

export function createMailLog(now: Date): Recording {
  const parse = createLogLines(now);
  const messages = new Map<string, Message>();
  const skipped = new Map<string, number>();
  const skip = (why: string): readonly Recorded[] => {
    skipped.set(why, (skipped.get(why) ?? 0) + 1);
    return [];
  };

  function take(line: string): readonly Recorded[] {
    const parsed = parse(line);
    if (!parsed) return [];
    const { program, text, queueId } = parsed;
    if (program === 'smtpd') return text.startsWith('client=') ? accept(parsed) : refuse(parsed);
    const message = messages.get(queueId);
    if (!message)
      return program !== 'qmgr' && TO.test(text) ? skip('began before the log, or on this host') : [];
    if (program !== 'qmgr') return deliver(message, text);
    if (text === 'removed') return finish(message);
    const { sender, size } = FROM.exec(text)?.groups ?? {};
    if (sender !== undefined) Object.assign(message, { sender, size: Number(size) });
    return [];
  }

  function accept({ at, queueId, name, text }: LogLine): readonly Recorded[] {
    const from = CLIENT.exec(text)?.groups;
    if (!from || /, orig_(?:client|queue_id)=/u.test(text))
      return skip('was handed back by a content filter');
    messages.set(queueId, {
      ...{ at, queueId, from: peerOf(name, from), sender: undefined, size: 0 },
      recipients: new Set(),
    });
    const [oldest] = messages.values();
    return messages.size > MAX_MESSAGES && oldest ? finish(oldest) : [];
  }

  function deliver(message: Message, text: string): readonly Recorded[] {
    const { to, origTo } = TO.exec(text)?.groups ?? {};
    const recipient = origTo ?? to;
    if (recipient === undefined || message.recipients.has(recipient)) return [];
    if (message.sender === undefined) return skip('has no sender in the log');
    // Postfix has none before the first recipient is taken.
    const queueId = message.recipients.size === 0 ? '' : message.queueId;
    message.recipients.add(recipient);
    // As if MAIL FROM had announced it, which most clients do.
    return [recordOf(message, 'RCPT', { recipient, size: message.size, queueId })];
  }

  function finish(message: Message): readonly Recorded[] {
    messages.delete(message.queueId);
    const { recipients, size } = message;
    if (recipients.size === 0) return [];
    const [recipient = ''] = recipients.size === 1 ? recipients : [];
    return [recordOf(message, 'END-OF-MESSAGE', { recipient, size, recipientCount: recipients.size })];
  }

  function refuse({ at, queueId, pid, name, text }: LogLine): readonly Recorded[] {
    const said = REFUSAL.exec(text)?.groups;
    if (!said) return [];
    const { client = '', reply, sender = '', recipient = '', helo = '', method, username } = said;
    const message = messages.get(queueId);
    const peer = message?.from ?? peerOf(name, { client, method, username });
    if (peer.context === 'submission' && peer.sasl.username === '')
      return skip('was refused to a login that the log does not name');
    // Refusals before the first recipient have no queue id: those of one process for one sender are taken for one message.
    const instance = message ? instanceOf(message) : `${pid} ${sender}`;
    const request: PolicyRequest = {
      ...blank,
      ...peer,
      state: 'RCPT',
      sender,
      recipient,
      helo,
      instance,
      queueId,
    };
    return [{ at, request, fate: `refused: ${reply}` }];
  }

  return {
    take,
    end: () => [...messages.values()].flatMap(finish),
    skipped,
  };
}

const blank: PolicyRequest = {
  state: 'RCPT',
  sender: '',
  recipient: '',
  recipientCount: 0,
  size: 0,
  instance: '',
  queueId: '',
  client: { address: '', name: 'unknown', reverseName: 'unknown' },
  helo: '',
  sasl: { username: '', method: '', sender: '' },
  tls: { protocol: '', fingerprint: '' },
  context: 'mx',
};

function recordOf(message: Message, state: State, more: Partial<PolicyRequest>): Recorded {
  const { at, queueId, from, sender = '' } = message;
  const request: PolicyRequest = {
    ...blank,
    ...from,
    state,
    sender,
    instance: instanceOf(message),
    queueId,
    ...more,
  };
  return { at, request, fate: `accepted as ${queueId}` };
}

/** Short queue ids are used again and again. */
const instanceOf = ({ queueId, at }: Message): string => `${queueId} ${at}`;

/** `name[address]`, with smtpd_client_port_logging `name[address]:port`. */
function peerOf(
  name: string,
  { client = '', method = '', username = '', sender = '' }: Record<string, string | undefined>,
): Peer {
  const [, host = 'unknown', address = ''] = /^(.*)\[([^[\]]*)\](?::\d+)?$/u.exec(client) ?? [];
  const isSubmission = username !== '' || /submission|smtps/u.test(name);
  return {
    client: { address, name: host, reverseName: host },
    sasl: { username, method, sender },
    context: isSubmission ? 'submission' : 'mx',
  };
}
