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

import type { Exchange, Mechanism, MechanismServices, Step } from '../auth/mechanisms/mechanism.ts';
import { type Soon, unreachable } from '../base/answer.ts';
import { Audience } from '../base/audience.ts';
import type { Log } from '../base/log.ts';
import { createTally, type Tally } from '../base/tally.ts';
import { printable } from '../base/text.ts';
import { readBase64 } from '../wire/base64-text.ts';
import { line } from '../wire/line.ts';
import { escapeField, fieldEnd, fieldReader, joinFields, splitFields } from '../wire/tab-escape.ts';
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
/** The client understands server data in OK. */
const TAKES_PROOF = 'final-resp-ok';

const AUTH = 'AUTH\t';
/** Of some ten parameters these are what we use; unknown ones are ignored. */
const told = fieldReader(['protocol', 'service', 'rip', 'resp']);
/** What is no text is no message of any mechanism. */
const MALFORMED: Step = { kind: 'refused', why: 'malformed' };

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
  const byName = new Map(mechanisms.map((mechanism) => [mechanism.name, mechanism]));
  /** Those that wait for the client, or for an answer. */
  const open = new Map<string, Open>();
  let minor: number | undefined;
  let servedBy: string | undefined;

  function answer(text: string): Soon<Final> {
    if (minor !== undefined && text.startsWith(AUTH)) return begin(text, AUTH.length);
    const [command = '', ...fields] = splitFields(text);
    if (command === 'VERSION') return greet(fields);
    if (command === 'CPID') return introduce(fields);
    if (minor === undefined) return malformed('no VERSION first');
    switch (command) {
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

  function begin(text: string, start: number): Soon<Final> {
    const idEnd = fieldEnd(text, start);
    const nameEnd = fieldEnd(text, idEnd + 1);
    const id = text.slice(start, idEnd);
    if (!/^\d{1,10}$/.test(id) || open.has(id)) return malformed('AUTH without an id of its own');
    const mechanism = byName.get(text.slice(idEnd + 1, nameEnd).toUpperCase());
    if (!mechanism) return send('FAIL', id);
    if (open.size >= MAX_OPEN) return later(id, 'too many open exchanges');
    const [protocol, service, ip, response] = told(text, nameEnd + 1);
    const audience = new Audience();
    const client = { protocol: (protocol || service).toLowerCase(), ip: ip || undefined, servedBy, audience };
    const exchange = mechanism.begin(client, services);
    const takesProof = text.includes(TAKES_PROOF) && splitFields(text).includes(TAKES_PROOF);
    const entry = { mechanism: mechanism.name, exchange, audience, takesProof, isBusy: false };
    // An old client that has nothing to say yet says it so; a newer one means an empty message.
    const isNone = response === '' && ((minor ?? 0) < 2 || !splitFields(text).includes('resp='));
    return step(id, entry, isNone ? undefined : response);
  }

  function goOn([id = '', response = '']: readonly string[]): Soon<Final> {
    const entry = open.get(id);
    if (!entry || entry.isBusy) return malformed('CONT without an open exchange');
    if (entry.won !== undefined) return settle(id, entry, { kind: 'ok', user: entry.won });
    return step(id, entry, response);
  }

  function step(id: string, entry: Open, response: string | undefined): Soon<Final> {
    const message = response === undefined ? undefined : readBase64(response === '=' ? '' : response);
    if (message?.kind === 'broken') {
      open.delete(id);
      return send('FAIL', id, 'code=invalid_base64');
    }
    const taken = message?.kind === 'bytes' ? MALFORMED : entry.exchange.step(message?.text);
    if (!(taken instanceof Promise)) return settle(id, entry, taken);
    entry.isBusy = true;
    open.set(id, entry);
    return taken.then(
      // Unless it was cancelled meanwhile.
      (late) => (open.get(id) === entry ? settle(id, entry, late) : ''),
      (error: unknown) => {
        open.delete(id);
        throw error;
      },
    );
  }

  /** What is answered at once was never open to anybody else. */
  function settle(id: string, entry: Open, step: Step): Final {
    entry.isBusy = false;
    if (step.kind === 'challenge') return goingOn(id, entry, step.data);
    if (step.kind === 'ok' && step.proof && !entry.takesProof) {
      entry.won = step.user;
      return goingOn(id, entry, step.proof);
    }
    open.delete(id);
    tally.at(entry.mechanism, step.kind === 'refused' ? step.why : step.kind).count += 1;
    switch (step.kind) {
      case 'ok':
        return `OK\t${id}\tuser=${escapeField(step.user)}${proofOf(step.proof)}\n`;
      case 'refused':
        log.info('auth.refused', { mechanism: entry.mechanism, why: step.why });
        return send('FAIL', id);
      case 'later':
        return later(id, step.why);
      default:
        return unreachable(step);
    }
  }

  function goingOn(id: string, entry: Open, data: Buffer): Final {
    open.set(id, entry);
    return send('CONT', id, data.toString('base64'));
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

const proofOf = (proof: Buffer | undefined): string => (proof ? `\tresp=${proof.toString('base64')}` : '');
