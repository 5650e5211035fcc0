/** policy-request — a request of Postfix's policy delegation, taken apart.
 *
 * Attributes that are unknown here are ignored: each version of Postfix adds some, in any order. What is
 * missing is empty, or 0: older versions send fewer. */

import type { PolicyRequest, State } from '../policy/request.ts';
import { eachAttribute } from '../wire/attributes.ts';

export type Parsed =
  | { readonly kind: 'request'; readonly request: PolicyRequest }
  | { readonly kind: 'malformed'; readonly why: string };

const malformed = (why: string): Parsed => ({ kind: 'malformed', why });

/** The attributes that somebody looks at, and where each is kept meanwhile. */
const WANTED = [
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
] as const;
type Wanted = (typeof WANTED)[number];
type Values = Record<Wanted, string>;

const byLength: readonly (readonly Wanted[])[] = Array.from({ length: 32 }, (_, length) =>
  WANTED.filter((name) => name.length === length),
);
const nothing = Object.fromEntries(WANTED.map((name) => [name, ''])) as Values;
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
  const values = { ...nothing };
  const isWhole = eachAttribute(text, (start, equals, end) => {
    const name = byLength[equals - start]?.find((one) => text.startsWith(one, start));
    if (name !== undefined) values[name] = text.slice(equals + 1, end);
  });
  if (!isWhole) return malformed('a line that is no attribute');
  if (values.request !== 'smtpd_access_policy') return malformed('no request=smtpd_access_policy');
  if (!Object.hasOwn(known, values.protocol_state)) return malformed('an unknown protocol_state');
  return { kind: 'request', request: requestOf(values) };
}

const requestOf = (values: Values): PolicyRequest => ({
  state: values.protocol_state as State,
  sender: values.sender,
  recipient: values.recipient,
  recipientCount: numberOf(values.recipient_count),
  size: numberOf(values.size),
  instance: values.instance,
  queueId: values.queue_id,
  client: {
    address: values.client_address,
    name: values.client_name,
    reverseName: values.reverse_client_name,
  },
  helo: values.helo_name,
  sasl: { username: values.sasl_username, method: values.sasl_method, sender: values.sasl_sender },
  tls: { protocol: values.encryption_protocol, fingerprint: values.ccert_fingerprint },
  context: values.policy_context,
});

const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
