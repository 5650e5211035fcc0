/** auth-worker — stands in for the worker processes of Dovecot's auth: SASL, penalties and policy stay
 * Dovecot's, and only its questions come here.
 *
 *   S: VERSION <TAB> auth-worker <TAB> 1 <TAB> 0 <LF> PROCESS-LIMIT <TAB> n <LF>        C: VERSION …, DBHASH …
 *   C: id <TAB> PASSV <TAB> passdb <TAB> password <TAB> key=value …   is this the password?
 *   C: id <TAB> PASSL <TAB> passdb <TAB> scheme <TAB> key=value …     the stored hash of that scheme; empty: none
 *   S: id <TAB> OK <TAB> user <TAB> hash <TAB> userdb_key=value …     or FAIL <TAB> result [<TAB><TAB>]
 *   C: id <TAB> USER <TAB> userdb <TAB> key=value …                   the mailbox
 *   S: id <TAB> OK <TAB> user <TAB> key=value …                       or NOTFOUND, or FAIL: not found out
 *   C: id <TAB> LIST <TAB> userdb <TAB> key=value …                   who is there?
 *   S: id <TAB> * <TAB> user …, then id <TAB> OK                      or FAIL: these were not all
 *
 * source    dovecot auth-worker-server.c and auth-worker-client.c (2.3), auth-worker-connection.c and
 *           auth-worker-server.c (2.4), passdb-blocking.c, userdb-blocking.c, passdb.h. Dovecot promises
 *           none of it: docs/protocols/auth-worker.md says which versions it was tried with
 * limits    lines of 64 KiB; Dovecot 2.3 reads lines of 8 KiB
 * security  passwords cross the socket: only Dovecot's auth process may open it. None is ever logged.
 *           No hash leaves but of the scheme asked for
 * bugs      which Dovecot it is shows only in its greeting: 2.3 calls itself auth-worker, 2.4 auth-master.
 *           PASSW, SETCRED and TOKEN are answered FAIL: Dovecot's own cache of passwords must be off */

import { type Soon, unreachable } from '../base/answer.ts';
import { Audience } from '../base/audience.ts';
import type { Log } from '../base/log.ts';
import { printable } from '../base/text.ts';
import { line } from '../wire/line.ts';
import { joinFields, splitFields } from '../wire/tab-escape.ts';
import { accountFields, type Flavour, networkFields, prefetched } from './account-fields.ts';
import type { CredentialOutcome, LoginOutcome, LoginRequest, LoginServices, UserOutcome } from './login.ts';
import { type Answered, type Parts, type Protocol, type Reply, refusal } from './protocol.ts';

const MAX_LINE = 65_536;

export interface AuthWorkerParts extends LoginServices {
  readonly log: Log;
  /** Connections that Dovecot 2.4 may open; each has one question at a time. 2.3 has auth_worker_max_count. */
  readonly connections?: number;
}

/** What a worker that works answers, whether the database is there or not. */
export const selfTest = {
  request: 'VERSION\tauth-master\t1\t0\nDBHASH\t\t\n1\tUSER\t1\tuser=dovetail.self-test\tprotocol=doveadm\n',
  reply: /^VERSION\tauth-worker\t1\t0\nPROCESS-LIMIT\t\d+\n1\t(?:OK|NOTFOUND|FAIL)\t.*\n/u,
} as const;

/** enum passdb_result (passdb.h). */
const RESULT = {
  mismatch: 0,
  later: -1,
  'no such scheme': -2,
  unknown: -3,
  disabled: -4,
  expired: -5,
} as const;

/** What each Dovecot calls itself. */
const FLAVOURS: Readonly<Record<string, Flavour>> = { 'auth-worker': '23', 'auth-master': '24' };

interface Question {
  readonly id: string;
  readonly command: string;
  /** The scheme of PASSL. */
  readonly scheme: string;
  readonly request: LoginRequest;
}

export function authWorker({ log, connections = 100, ...services }: AuthWorkerParts): Protocol<string> {
  return {
    name: 'auth-worker',
    framing: line(MAX_LINE),
    greeting: `VERSION\tauth-worker\t1\t0\nPROCESS-LIMIT\t${connections}\n`,
    // Dovecot does not ask again when a connection ends under its question.
    farewell: 'RESTART\n',
    converse() {
      let flavour: Flavour | undefined;
      const audience = new Audience();
      return {
        close: () => audience.leave(),
        answer(text) {
          const fields = splitFields(text);
          if (flavour !== undefined) return answer(fields, { flavour, audience, services, log });
          const [word, name = '', major] = fields;
          if (word === 'VERSION' && major === '1') flavour = FLAVOURS[name];
          return flavour === undefined ? refusal('it does not greet as an auth process of Dovecot does') : '';
        },
      };
    },
    broken: () => '',
    failed(text) {
      const [id = '', command = ''] = splitFields(text);
      return failure(id, command);
    },
  };
}

interface Asking {
  readonly flavour: Flavour;
  readonly audience: Audience;
  readonly services: LoginServices;
  readonly log: Log;
}

function answer(fields: readonly string[], { flavour, audience, services, log }: Asking): Answered {
  // The hashes of Dovecot's own configuration, by which a real worker knows that it has read the same.
  if (fields[0] === 'DBHASH') return '';
  const question = parse(fields, audience);
  if (question === undefined) return refusal('a question without a number');
  const { id, command, scheme, request } = question;
  const say = { flavour, log, question };
  // Not asked of anybody: what has no user is no question of a Dovecot that we know.
  if (request.user === '') return failure(id, command);
  switch (command) {
    case 'PASSV':
      return soon(services.verify(request), (outcome) => passdbReply(outcome, say));
    case 'PASSL':
      if (scheme === '') return soon(services.find(request.user), (outcome) => passdbReply(outcome, say));
      return soon(services.credential(request, scheme.toUpperCase()), (outcome) => passdbReply(outcome, say));
    case 'USER':
      return soon(services.find(request.user), (outcome) => userdbReply(outcome, say));
    case 'LIST':
      return list(id, services, log);
    default:
      // Not repeated: what stands here may be a misplaced password.
      log.warn('auth-worker.unknown');
      return failure(id, command);
  }
}

const soon = <O>(outcome: Soon<O>, reply: (outcome: O) => Reply): Soon<Reply> =>
  outcome instanceof Promise ? outcome.then(reply) : reply(outcome);

function parse(fields: readonly string[], audience: Audience): Question | undefined {
  const [id = '', command = '', , ...rest] = fields;
  if (!/^\d{1,10}$/u.test(id)) return undefined;
  const isPassdb = command === 'PASSV' || command === 'PASSL';
  const [word = ''] = isPassdb ? rest : [];
  const own = { password: command === 'PASSV' ? word : '', audience };
  const request = requestOf(isPassdb ? rest.slice(1) : rest, own);
  return { id, command, scheme: command === 'PASSL' ? word : '', request };
}

/** Of some twenty fields these are what we use. */
function requestOf(
  fields: readonly string[],
  { password, audience }: { readonly password: string; readonly audience: Audience },
): LoginRequest {
  let [user, protocol, ip] = ['', '', ''];
  for (const field of fields) {
    if (field.startsWith('user=')) user = field.slice('user='.length);
    else if (field.startsWith('protocol=')) protocol = field.slice('protocol='.length);
    else if (field.startsWith('service=')) protocol = field.slice('service='.length);
    else if (field.startsWith('rip=')) ip = field.slice('rip='.length);
  }
  return { user, password, protocol: protocol.toLowerCase(), ip: ip || undefined, audience };
}

/** The temporary failure of each command. */
const failure = (id: string, command: string): Reply =>
  command.startsWith('PASS') ? failed(id, 'later') : `${joinFields([id, 'FAIL', ''])}\n`;

const failed = (id: string, result: keyof typeof RESULT): Reply =>
  // Dovecot takes user and password from the last two, where there is an answer at all.
  `${joinFields([id, 'FAIL', `${RESULT[result]}`, ...(result === 'later' ? [] : ['', ''])])}\n`;

interface Saying {
  readonly flavour: Flavour;
  readonly log: Log;
  readonly question: Question;
}

const isOver = (because: string): boolean => because === 'expired' || because === 'must-change';

function passdbReply(outcome: LoginOutcome | CredentialOutcome, { flavour, log, question }: Saying): Reply {
  const { id, command, scheme, request } = question;
  switch (outcome.kind) {
    case 'ok': {
      const hash = 'hash' in outcome ? outcome.hash : '';
      if (hash !== '' && schemeOf(hash) !== scheme.toUpperCase()) return failed(id, 'no such scheme');
      const networks = 'networks' in outcome ? networkFields(outcome.networks) : [];
      const credential = joinFields([id, 'OK', outcome.account.user, hash, ...networks]);
      return `${credential}\t${prefetched[flavour](outcome.account)}\n`;
    }
    case 'unknown':
    case 'mismatch':
      return failed(id, outcome.kind);
    case 'disabled':
      // Mail programs are told of an expired password, so the right one must have been given.
      return failed(id, command === 'PASSV' && isOver(outcome.because) ? 'expired' : 'disabled');
    case 'later':
      tellLater(log, request, outcome.why);
      return failed(id, 'later');
    default:
      return unreachable(outcome);
  }
}

/** `{SHA512-CRYPT.b64}…` is a hash of SHA512-CRYPT. */
const schemeOf = (hash: string): string => /^\{([^}.]*)/u.exec(hash)?.[1]?.toUpperCase() ?? '';

function userdbReply(outcome: UserOutcome, { flavour, log, question }: Saying): Reply {
  const { id, command, request } = question;
  switch (outcome.kind) {
    case 'ok':
      return `${joinFields([id, 'OK', outcome.account.user, ...accountFields(outcome.account, flavour, '')])}\n`;
    case 'unknown':
      return `${joinFields([id, 'NOTFOUND', ''])}\n`;
    case 'disabled':
      // Mail that was accepted for him waits; "not found" would have it bounce.
      return failure(id, command);
    case 'later':
      tellLater(log, request, outcome.why);
      return failure(id, command);
    default:
      return unreachable(outcome);
  }
}

const tellLater = (log: Log, { user, protocol }: LoginRequest, why: string): void =>
  log.warn('auth-worker.later', { user: printable(user), protocol: printable(protocol), why });

async function* list(id: string, services: LoginServices, log: Log): Parts {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await services.list(after);
    if (page.kind === 'later') {
      log.warn('auth-worker.later', { why: page.why });
      yield failure(id, 'LIST');
      return;
    }
    if (page.users.length > 0) yield page.users.map((user) => `${joinFields([id, '*', user])}\n`).join('');
    after = page.users.at(-1);
  }
  yield `${joinFields([id, 'OK'])}\n`;
}
