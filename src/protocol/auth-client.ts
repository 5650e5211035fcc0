/** auth-client — Dovecot's auth protocol, the side of the server: SASL for Postfix and Exim.
 *
 *   S: VERSION <TAB> 1 <TAB> 2, MECH …, SPID, CUID, COOKIE, DONE          at once, unasked
 *   C: VERSION <TAB> 1 <TAB> minor, CPID <TAB> pid
 *   C: AUTH <TAB> id <TAB> mechanism [<TAB> key=value …] [<TAB> resp=base64]
 *   S: CONT <TAB> id <TAB> base64, OK <TAB> id <TAB> user=…, FAIL <TAB> id [<TAB> code=temp_fail]
 *   C: CONT <TAB> id <TAB> base64, CANCEL <TAB> id
 *
 * source   Dovecot lib-auth/auth-client-connection.c, Postfix xsasl_dovecot_server.c, Exim
 *          auths/dovecot.c; docs/protocols/auth-client.md
 * limits   lines of 16,384 octets (AUTH_CLIENT_MAX_LINE_LENGTH), 1,000 open exchanges a connection
 * security passwords and tokens cross the socket, and what we say of a user is believed: only the mail
 *          server's group may open it. A refusal does not say why
 * bugs     a temporary failure has no word in Postfix and Exim: to them a FAIL is a wrong password,
 *          whatever its code, and only the end of the connection is temporary. They speak minor
 *          version 0, Dovecot's clients a later one: that tells them apart where nobody said it */

import type { Client, Exchange, Mechanism, MechanismServices, Step } from '../auth/mechanisms/mechanism.ts';
import { type Soon, unreachable } from '../base/answer.ts';
import { Audience } from '../base/audience.ts';
import type { Log } from '../base/log.ts';
import { createTally, type Tally } from '../base/tally.ts';
import { printable } from '../base/text.ts';
import { line } from '../wire/line.ts';
import { joinFields, splitFields } from '../wire/tab-escape.ts';
import { type Conversation, type Final, hangUp, type Protocol, type Reply } from './protocol.ts';

/** How a temporary failure is told. `auto`: `close` to a client of minor version 0, else `code`. */
export type TemporaryBy = 'auto' | 'close' | 'code';

export interface AuthClientParts {
  /** Those that are offered, in this order. */
  readonly mechanisms: readonly Mechanism[];
  readonly services: MechanismServices;
  readonly temporaryBy: TemporaryBy;
  /** A number of this process that Dovecot takes for its auth server's pid. */
  readonly spid: number;
  /** By mechanism and outcome. */
  readonly tally?: Tally;
  readonly log: Log;
}

interface Open {
  readonly mechanism: string;
  readonly exchange: Exchange;
  readonly audience: Audience;
  /** The client understands server data in OK. */
  readonly takesProof: boolean;
  /** Only the client's empty answer to the proof is missing. */
  won?: string;
  /** An answer to the client's last message is under way. */
  isBusy: boolean;
}

const MAX_LINE = 16_384;
const MAX_OPEN = 1000;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const send = (...fields: readonly string[]): Reply => `${joinFields(fields)}\n`;

export function authClient(parts: AuthClientParts): Protocol<string, Soon<Final>> {
  let connections = 0;
  return {
    name: 'auth',
    framing: line(MAX_LINE),
    unordered: true,
    converse() {
      connections += 1;
      return converse(parts, connections);
    },
    broken: () => '',
    failed: () => hangUp,
  };
}

function handshake({ mechanisms, services, spid }: AuthClientParts, cuid: number): Reply {
  const lines = [
    ['VERSION', '1', '2'],
    ...mechanisms.map(({ name, flags }) => ['MECH', name, ...flags]),
    ['SPID', String(spid)],
    ['CUID', String(cuid)],
    ['COOKIE', services.nonce().subarray(0, 16).toString('hex').padEnd(32, '0')],
    ['DONE'],
  ];
  return lines.map((fields) => send(...fields)).join('');
}

/** Long because it is the conversation: what each line of the client does to the open exchanges. */
function converse(parts: AuthClientParts, cuid: number): Conversation<string, Soon<Final>> {
  const { mechanisms, services, temporaryBy, tally = createTally(), log } = parts;
  const open = new Map<string, Open>();
  let minor: number | undefined;
  let servedBy: string | undefined;

  function answer(text: string): Soon<Final> {
    const [command = '', ...fields] = splitFields(text);
    if (command === 'VERSION') return greet(fields);
    if (command === 'CPID') return introduce(fields);
    if (minor === undefined) return malformed('no VERSION first');
    switch (command) {
      case 'AUTH':
        return begin(fields);
      case 'CONT':
        return goOn(fields);
      case 'CANCEL':
        cancel(fields[0] ?? '');
        return '';
      default:
        return '';
    }
  }

  function cancel(id: string): void {
    open.get(id)?.audience.leave();
    open.delete(id);
  }

  function greet([major, lesser]: readonly string[]): Final {
    if (major !== '1') return malformed('another major VERSION than 1');
    minor = Number(lesser) || 0;
    return '';
  }

  function introduce([pid = '']: readonly string[]): Final {
    if (/^\d{1,10}$/.test(pid)) servedBy = pid;
    return '';
  }

  // Nothing of what the client sent: it may be a password.
  function malformed(why: string): typeof hangUp {
    log.warn('auth.malformed', { why });
    return hangUp;
  }

  function begin([id = '', name = '', ...fields]: readonly string[]): Soon<Final> {
    if (!/^\d{1,10}$/.test(id) || open.has(id)) return malformed('AUTH without an id of its own');
    const mechanism = mechanisms.find((one) => one.name === name.toUpperCase());
    if (!mechanism) return send('FAIL', id);
    if (open.size >= MAX_OPEN) return later(id, 'too many open exchanges');
    const { client, response, takesProof } = readParameters(fields);
    const audience = new Audience();
    const exchange = mechanism.begin({ ...client, servedBy, audience }, services);
    const entry = { mechanism: mechanism.name, exchange, audience, takesProof, isBusy: false };
    open.set(id, entry);
    // An old client that has nothing to say yet says it so; a newer one means an empty message.
    const isNone = response === undefined || (response === '' && (minor ?? 0) < 2);
    return step(id, entry, isNone ? undefined : response);
  }

  function goOn([id = '', response = '']: readonly string[]): Soon<Final> {
    const entry = open.get(id);
    if (!entry || entry.isBusy) return malformed('CONT without an open exchange');
    if (entry.won !== undefined) return settle(id, entry, { kind: 'ok', user: entry.won });
    return step(id, entry, response);
  }

  function step(id: string, entry: Open, response: string | undefined): Soon<Final> {
    const text = response === '=' ? '' : response;
    if (text !== undefined && !BASE64.test(text)) {
      open.delete(id);
      return send('FAIL', id, 'code=invalid_base64');
    }
    const taken = entry.exchange.step(text === undefined ? undefined : Buffer.from(text, 'base64'));
    if (!(taken instanceof Promise)) return settle(id, entry, taken);
    entry.isBusy = true;
    return taken.then(
      (late) => settle(id, entry, late),
      (error: unknown) => {
        open.delete(id);
        throw error;
      },
    );
  }

  function settle(id: string, entry: Open, step: Step): Final {
    entry.isBusy = false;
    if (open.get(id) !== entry) return ''; // cancelled meanwhile
    if (step.kind === 'challenge') return send('CONT', id, step.data.toString('base64'));
    if (step.kind === 'ok' && step.proof && !entry.takesProof) {
      entry.won = step.user;
      return send('CONT', id, step.proof.toString('base64'));
    }
    open.delete(id);
    tally.at(entry.mechanism, step.kind === 'refused' ? step.why : step.kind).count += 1;
    switch (step.kind) {
      case 'ok':
        return send('OK', id, `user=${step.user}`, ...proofOf(step.proof));
      case 'refused':
        log.info('auth.refused', { mechanism: entry.mechanism, why: step.why });
        return send('FAIL', id);
      case 'later':
        return later(id, step.why);
      default:
        return unreachable(step);
    }
  }

  function later(id: string, why: string): Final {
    log.warn('auth.later', { why: printable(why) });
    const isByClosing = temporaryBy === 'close' || (temporaryBy === 'auto' && minor === 0);
    return isByClosing ? hangUp : send('FAIL', id, 'code=temp_fail');
  }

  const failed = (text: string): Final => {
    const [, id = ''] = splitFields(text);
    cancel(id);
    return later(id, 'no answer in time, or an internal error');
  };
  const close = (): void => {
    for (const id of open.keys()) cancel(id);
  };

  return { greeting: handshake(parts, cuid), answer, failed, close };
}

interface Parameters {
  readonly client: Client;
  /** Undefined if there was none. */
  readonly response: string | undefined;
  readonly takesProof: boolean;
}

/** Unknown ones are ignored. No map is made of them: there are ten in each login, and three count. */
function readParameters(fields: readonly string[]): Parameters {
  let service = '';
  let protocol: string | undefined;
  let ip: string | undefined;
  let response: string | undefined;
  let takesProof = false;
  for (const field of fields) {
    if (field.startsWith('resp=')) response = field.slice('resp='.length);
    else if (field.startsWith('rip=')) ip = field.slice('rip='.length);
    else if (field.startsWith('service=')) service = field.slice('service='.length);
    else if (field.startsWith('protocol=')) protocol = field.slice('protocol='.length);
    else if (field === 'final-resp-ok') takesProof = true;
  }
  return { client: { protocol: (protocol ?? service).toLowerCase(), ip }, response, takesProof };
}

const proofOf = (proof: Buffer | undefined): string[] => (proof ? [`resp=${proof.toString('base64')}`] : []);
