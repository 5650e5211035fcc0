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
import { madeOnce } from '../base/made-once.ts';
import { printable } from '../base/text.ts';
import { line } from '../wire/line.ts';
import { fieldEnd, fieldReader, joinFields, splitFields, unescapeField } from '../wire/tab-escape.ts';
import { type Flavour, mailbox, networkFields, prefetched } from './account-fields.ts';
import type {
  Account,
  CredentialOutcome,
  LoginOutcome,
  LoginRequest,
  LoginServices,
  UserOutcome,
} from './login.ts';
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
          if (flavour !== undefined) return answer(text, { flavour, audience, services, log });
          const [word, name = '', major] = splitFields(text);
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

function answer(text: string, { flavour, audience, services, log }: Asking): Answered {
  const question = parse(text, audience);
  // The hashes of Dovecot's own configuration, by which a real worker knows that it has read the same.
  if (question === undefined && text.slice(0, fieldEnd(text, 0)) === 'DBHASH') return '';
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

/** Of some twenty fields these are what we use. 2.3 says `service`, 2.4 `protocol`. */
const told = fieldReader(['user', 'protocol', 'service', 'rip']);

function parse(text: string, audience: Audience): Question | undefined {
  const idEnd = fieldEnd(text, 0);
  const id = text.slice(0, idEnd);
  if (!/^\d{1,10}$/.test(id)) return undefined;
  const commandEnd = fieldEnd(text, idEnd + 1);
  const command = text.slice(idEnd + 1, commandEnd);
  const databaseEnd = fieldEnd(text, commandEnd + 1);
  const isPassdb = command === 'PASSV' || command === 'PASSL';
  const wordEnd = isPassdb ? fieldEnd(text, databaseEnd + 1) : databaseEnd;
  const word = unescapeField(text.slice(databaseEnd + 1, wordEnd));
  const [user, protocol, service, ip] = told(text, wordEnd + 1);
  const request = {
    user,
    password: command === 'PASSV' ? word : '',
    protocol: (protocol || service).toLowerCase(),
    ip: ip || undefined,
    audience,
  };
  return { id, command, scheme: command === 'PASSL' ? word : '', request };
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
    case 'ok':
      if (!('hash' in outcome)) return `${id}\tOK\t${opened[flavour](outcome.account)}\n`;
      if (schemeOf(outcome.hash) !== scheme.toUpperCase()) return failed(id, 'no such scheme');
      return `${id}\tOK\t${withHash(outcome)}\t${prefetched[flavour](outcome.account)}\n`;
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

/** Who was let in, after OK: the same each time, as long as the account is. */
const openedIn = (flavour: Flavour): ((account: Account) => string) =>
  madeOnce((account) => `${joinFields([account.user, ''])}\t${prefetched[flavour](account)}`);
const opened = { '23': openedIn('23'), '24': openedIn('24') } as const;

const withHash = ({ account, hash, networks }: Extract<CredentialOutcome, { kind: 'ok' }>): string =>
  joinFields([account.user, hash, ...networkFields(networks)]);

/** `{SHA512-CRYPT.b64}…` is a hash of SHA512-CRYPT. */
const schemeOf = (hash: string): string => /^\{([^}.]*)/u.exec(hash)?.[1]?.toUpperCase() ?? '';

function userdbReply(outcome: UserOutcome, { flavour, log, question }: Saying): Reply {
  const { id, command, request } = question;
  switch (outcome.kind) {
    case 'ok':
      return `${joinFields([id, 'OK', outcome.account.user])}\t${mailbox[flavour](outcome.account)}\n`;
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
