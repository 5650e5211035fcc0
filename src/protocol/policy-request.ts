/** policy-request — a request of Postfix's policy delegation, taken apart.
 *
 * Attributes that are unknown here are ignored: each version of Postfix adds some, in any order. What is
 * missing is empty, or 0: older versions send fewer. */

import type { PolicyRequest, State } from '../policy/request.ts';
import { attributeReader } from '../wire/attributes.ts';

export type Parsed =
  | { readonly kind: 'request'; readonly request: PolicyRequest }
  | { readonly kind: 'malformed'; readonly why: string };

const malformed = (why: string): Parsed => ({ kind: 'malformed', why });

const read = attributeReader([
  'request',
  'protocol_state',
  'sender',
  'recipient',
  'recipient_count',
  'size',
  'instance',
  'queue_id',
  'client_address',
  'client_name',
  'reverse_client_name',
  'helo_name',
  'sasl_username',
  'sasl_method',
  'sasl_sender',
  'encryption_protocol',
  'ccert_fingerprint',
  'policy_context',
]);
type Values = NonNullable<ReturnType<typeof read>>;

const known: Readonly<Record<State, true>> = {
  CONNECT: true,
  EHLO: true,
  HELO: true,
  MAIL: true,
  RCPT: true,
  DATA: true,
  'END-OF-MESSAGE': true,
  VRFY: true,
  ETRN: true,
};

export function parsePolicyRequest(text: string): Parsed {
  const values = read(text);
  if (!values) return malformed('a line that is no attribute');
  const [request, state] = values;
  if (request !== 'smtpd_access_policy') return malformed('no request=smtpd_access_policy');
  if (!Object.hasOwn(known, state)) return malformed('an unknown protocol_state');
  return { kind: 'request', request: requestOf(values) };
}

/** In the order in which they are read. */
function requestOf(values: Values): PolicyRequest {
  const [, state, sender, recipient, recipientCount, size, instance, queueId, ...others] = values;
  const [address, name, reverseName, helo, username, method, saslSender, protocol, fingerprint, context] =
    others;
  return {
    state: state as State,
    sender,
    recipient,
    recipientCount: numberOf(recipientCount),
    size: numberOf(size),
    instance,
    queueId,
    client: { address, name, reverseName },
    helo,
    sasl: { username, method, sender: saslSender },
    tls: { protocol, fingerprint },
    context,
  };
}

const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
