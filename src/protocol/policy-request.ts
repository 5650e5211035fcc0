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

const known: Readonly<Record<State, State>> = {
  CONNECT: 'CONNECT',
  EHLO: 'EHLO',
  HELO: 'HELO',
  MAIL: 'MAIL',
  RCPT: 'RCPT',
  DATA: 'DATA',
  'END-OF-MESSAGE': 'END-OF-MESSAGE',
  VRFY: 'VRFY',
  ETRN: 'ETRN',
};
const stateNamed: ReadonlyMap<string, State> = new Map(Object.entries(known));

export function parsePolicyRequest(text: string): Parsed {
  const values = read(text);
  if (!values) return malformed('a line that is no attribute');
  if (values[0] !== 'smtpd_access_policy') return malformed('no request=smtpd_access_policy');
  const state = stateNamed.get(values[1]);
  return state
    ? { kind: 'request', request: new Asked(state, values) }
    : malformed('an unknown protocol_state');
}

const numberOf = (text: string): number => (text !== '0' && /^\d{1,15}$/.test(text) ? Number(text) : 0);

/* Classes, and no literals: the first requests wait for the database, so V8 would take literals for objects that live
 * long, and would collect them the slow way ever after (allocation-site pretenuring). That cost a third of a decision. */

class Asked implements PolicyRequest {
  readonly state: State;
  readonly sender: string;
  readonly recipient: string;
  readonly recipientCount: number;
  readonly size: number;
  readonly instance: string;
  readonly queueId: string;
  readonly client: Client;
  readonly helo: string;
  readonly sasl: Sasl;
  readonly tls: Tls;
  readonly context: string;

  /** The values in the order in which they are read. */
  constructor(state: State, values: Values) {
    this.state = state;
    this.sender = values[2];
    this.recipient = values[3];
    this.recipientCount = numberOf(values[4]);
    this.size = numberOf(values[5]);
    this.instance = values[6];
    this.queueId = values[7];
    this.client = new Client(values[8], values[9], values[10]);
    this.helo = values[11];
    this.sasl = new Sasl(values[12], values[13], values[14]);
    this.tls = new Tls(values[15], values[16]);
    this.context = values[17];
  }
}

class Client {
  readonly address: string;
  readonly name: string;
  readonly reverseName: string;

  constructor(address: string, name: string, reverseName: string) {
    this.address = address;
    this.name = name;
    this.reverseName = reverseName;
  }
}

class Sasl {
  readonly username: string;
  readonly method: string;
  readonly sender: string;

  constructor(username: string, method: string, sender: string) {
    this.username = username;
    this.method = method;
    this.sender = sender;
  }
}

class Tls {
  readonly protocol: string;
  readonly fingerprint: string;

  constructor(protocol: string, fingerprint: string) {
    this.protocol = protocol;
    this.fingerprint = fingerprint;
  }
}
