/** login — one line each way, for Dovecot's Lua script and dovetail-checkpassword.
 *
 *   C: V1 <TAB> VERIFY|PASSDB|USERDB|LIST <TAB> user <TAB> password <TAB> protocol <TAB> ip [<TAB> key=value …] <LF>
 *   S: OK <TAB> key=value …   or   NOUSER, MISMATCH, DISABLED <TAB> user|expired|must-change|suspended,
 *      TEMPFAIL <TAB> why
 *
 * Values are tab-escaped (wire/tab-escape.ts). Keys: `flavour=23` (default) or `24`, the Dovecot
 * version whose field names are wanted; keys unknown here are ignored. VERIFY checks a password,
 * PASSDB gives the stored hash, USERDB the mailbox, LIST the login names that come after `user`, as
 * many as fit on a line: an `OK` without names is the end. Answers come in the order of requests.
 *
 * limits    lines of 8 KiB
 * security  passwords cross the socket: only Dovecot's group may open it. None is ever logged.
 * bugs      A password that is not UTF-8 (RFC 4616 demands it) matches nothing. */

import { type Later, type Soon, unreachable } from '../base/answer.ts';
import { Audience } from '../base/audience.ts';
import type { Log } from '../base/log.ts';
import { madeOnce } from '../base/made-once.ts';
import { printable } from '../base/text.ts';
import { line } from '../wire/line.ts';
import { escapeField, joinFields, splitFields } from '../wire/tab-escape.ts';
import { type Flavour, mailbox, networkFields, prefetched } from './account-fields.ts';
import type { Protocol, Reply } from './protocol.ts';

/** Who wants in, as the peer says it: nothing here is canonical. */
export interface LoginRequest {
  readonly user: string;
  readonly password: string;
  /** `imap`, `pop3`, `smtp`, `sieve`, `lmtp`, `doveadm`, …: lower case; empty if not told. */
  readonly protocol: string;
  /** The address of the mail client; undefined if not told. */
  readonly ip: string | undefined;
  /** The pid of the mail server's process that serves the client, where it said it; of this host or another. */
  readonly servedBy?: string | undefined;
  /** Whether anybody waits for the answer. */
  readonly audience?: Audience;
  /** It is an exchange that shows no password, and whose end is told. */
  readonly isExchange?: true;
  /** His proof was right a moment ago: he guesses nothing. */
  readonly isProven?: true;
}

/** What Dovecot needs to open a mailbox. */
export interface Account {
  /** The canonical login name. */
  readonly user: string;
  readonly home: string;
  readonly uid: number;
  readonly gid: number;
  /** `driver:path`, as in 2.3's mail_location: `maildir:~/Maildir`. */
  readonly mail: string;
  /** Null is unlimited. */
  readonly quotaBytes: number | null;
  readonly quotaMessages: number | null;
}

export type Refused =
  | { readonly kind: 'unknown' }
  /** Exists, and may not use mail; or the password is right and opens nothing. */
  | { readonly kind: 'disabled'; readonly because: 'user' | 'expired' | 'must-change' | 'suspended' };

export type UserOutcome = { readonly kind: 'ok'; readonly account: Account } | Refused | Later;
export type LoginOutcome = UserOutcome | { readonly kind: 'mismatch' };
export type CredentialOutcome =
  /** `hash` with its scheme: `{ARGON2ID}$argon2id$…`. */
  | {
      readonly kind: 'ok';
      readonly account: Account;
      readonly hash: string;
      readonly networks: readonly string[];
    }
  | Refused
  | Later;

export type ListOutcome = { readonly kind: 'listed'; readonly users: readonly string[] } | Later;

/** What the protocol asks of auth/. Nothing of it throws for want of a database. */
export interface LoginServices {
  /** Is this the user's password? An unknown user and a wrong password cost the same time. */
  verify(request: LoginRequest): Soon<LoginOutcome>;
  /** The mailbox of a user, without a password: LMTP, doveadm. */
  find(user: string): Soon<UserOutcome>;
  /** The stored hash, of this scheme if one is named; the password of the request is empty. */
  credential(request: LoginRequest, scheme?: string): Soon<CredentialOutcome>;
  /** The next login names after this one, in order; none is the end, and '' the beginning. */
  list(after: string): Soon<ListOutcome>;
}

export interface LoginParts extends LoginServices {
  readonly log: Log;
}

interface Asked {
  readonly command: string;
  readonly flavour: Flavour;
  readonly request: LoginRequest;
}

type Parsed =
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'malformed'; readonly why: string };
type Outcome = LoginOutcome | CredentialOutcome | ListOutcome;

const temporary = (why: string): Reply => `${joinFields(['TEMPFAIL', printable(why)])}\n`;

export function login({ log, ...services }: LoginParts): Protocol<string, Soon<Reply>> {
  const answer = (text: string, audience: Audience): Soon<Reply> => {
    const parsed = parseRequest(text, audience);
    if (parsed.kind === 'malformed') {
      log.warn('login.malformed', { why: parsed.why });
      return temporary(parsed.why);
    }
    const { asked } = parsed;
    const outcome = ask(asked, services);
    if (outcome instanceof Promise) return outcome.then((late) => reply(asked, late, log));
    return reply(asked, outcome, log);
  };

  return {
    name: 'login',
    framing: line(MAX_LINE),
    converse() {
      const audience = new Audience();
      return { answer: (text) => answer(text, audience), close: () => audience.leave() };
    },
    broken: (why) => temporary(`bad request: ${why}`),
    failed: () => temporary('no answer in time, or an internal error'),
  };
}

const FLAVOUR = 'flavour=';

function parseRequest(text: string, audience: Audience): Parsed {
  const [version, command, user, password = '', protocol = '', ip = '', ...extra] = splitFields(text);
  if (version !== 'V1') return { kind: 'malformed', why: 'the version is not V1' };
  const isNobody = user === undefined || (user === '' && command !== 'LIST');
  if (command === undefined || isNobody) return { kind: 'malformed', why: 'command or user missing' };
  const flavour = extra.findLast((field) => field.startsWith(FLAVOUR))?.slice(FLAVOUR.length) ?? '23';
  if (flavour !== '23' && flavour !== '24') return { kind: 'malformed', why: 'the flavour is not 23 or 24' };
  const request = { user, password, protocol: protocol.toLowerCase(), ip: ip || undefined, audience };
  return { kind: 'asked', asked: { command, flavour, request } };
}

function ask({ command, request }: Asked, services: LoginServices): Soon<Outcome> {
  switch (command) {
    case 'VERIFY':
      return services.verify(request);
    case 'PASSDB':
      return services.credential(request);
    case 'USERDB':
      return services.find(request.user);
    case 'LIST':
      return services.list(request.user);
    default:
      // Not repeated in the answer: what stands here may be a misplaced password.
      return { kind: 'later', why: 'unknown command' };
  }
}

/** Who was let in is told the same each time, as long as his account is. */
const openedIn = (flavour: Flavour): ((account: Account) => Reply) =>
  madeOnce((account) => `${joinFields(['OK', `user=${account.user}`])}\t${prefetched[flavour](account)}\n`);
const opened = { '23': openedIn('23'), '24': openedIn('24') } as const;

/** The last line: an outcome in the words of the protocol. */
function reply(asked: Asked, outcome: Outcome, log: Log): Reply {
  switch (outcome.kind) {
    case 'ok': {
      if (asked.command === 'VERIFY') return opened[asked.flavour](outcome.account);
      const own = joinFields(['OK', `user=${outcome.account.user}`, ...credentialFields(outcome)]);
      return `${own}\t${mailboxFor(asked, outcome)}\n`;
    }
    case 'listed':
      return `${joinFields(['OK', ...whatFits(outcome.users.map((user) => `user=${user}`))])}\n`;
    case 'unknown':
      return 'NOUSER\n';
    case 'mismatch':
      return 'MISMATCH\n';
    case 'disabled':
      return `DISABLED\t${outcome.because}\n`;
    case 'later':
      tellLater(log, asked.request, outcome.why);
      return temporary(outcome.why);
    default:
      return unreachable(outcome);
  }
}

const tellLater = (log: Log, { user, protocol }: LoginRequest, why: string): void =>
  log.warn('login.later', { user: printable(user), protocol: printable(protocol), why });

const mailboxFor = ({ command, flavour }: Asked, { account }: { readonly account: Account }): string =>
  (command === 'USERDB' ? mailbox : prefetched)[flavour](account);

function credentialFields(outcome: Outcome): string[] {
  if (!('hash' in outcome)) return [];
  const { hash, networks } = outcome;
  return [`password=${hash}`, ...networkFields(networks)];
}

const MAX_LINE = 8192;

/** The first fields of an answer, up to the longest line: who asks goes on after the last of them. */
function whatFits(fields: readonly string[]): readonly string[] {
  let length = 'OK'.length;
  const tooMany = fields.findIndex((field) => {
    length += Buffer.byteLength(escapeField(field)) + 1;
    return length > MAX_LINE;
  });
  return tooMany < 0 ? fields : fields.slice(0, tooMany);
}
