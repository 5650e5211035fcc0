/** submissions — by which password did he log in who sends this mail?
 *
 * Postfix tells the policy service a login name and the client's address, and not the password, which
 * was verified here a moment before. What is told is certain, or nothing is told:
 *
 *   - the process of Postfix that asks is the one for which the login was verified. On auth.sock it says its
 *     pid (CPID), and what it calls `instance` begins with it;
 *   - or no process was told, since Dovecot asked for Postfix, and of this user and address no other
 *     password was seen within a day, which no session outlives.
 *
 * source   postfix xsasl_dovecot_server.c (CPID), smtpd_check.c (instance)
 * limits   so many logins as the store keeps, the latest of each user and address; without a store that
 *          daemons share, each knows those that it verified itself. The store is told of the same login
 *          again once a minute: a client that comes back each second would only renew its mark */

import { LRUCache } from 'lru-cache';
import { canonicalOf } from '../base/address.ts';
import { andThen, type Soon } from '../base/answer.ts';
import { hours, minutes } from '../base/clock.ts';
import { madeOnce } from '../base/made-once.ts';
import { ownCopy } from '../base/text.ts';
import type { Account, LoginRequest } from '../protocol/login.ts';
import type { CredentialFacts } from './facts.ts';
import type { Marks, SetName, Store } from './guessing/marks.ts';
import type { Logins, Verified } from './verify.ts';

export interface Submissions {
  /** This password (undefined: a token) opened a session in which mail may be sent. */
  begin(client: Client, password: Pick<CredentialFacts, 'id' | 'changedAt'> | undefined): void;
  /** The password behind a message; undefined where it is not certain, and of a token. Never rejects. */
  openerOf(client: Client, message: string): Soon<Opener | undefined>;
  /** The same for who asks when the session may be over: that process may have served another one of the same user since,
   * so undefined too where it was told more than one password of his within a day. */
  onlyOpenerOf(client: Client): Soon<Opener | undefined>;
  close(): void;
}

export interface Opener {
  /** `user_passwords.id`. */
  readonly credential: string;
  /** When it had been changed last as this session was opened, as in the facts; undefined where the process was not told,
   * for then it may have been opened again unheard, out of Dovecot's auth cache. */
  readonly changedAt: string | undefined;
}

export interface Client {
  /** The canonical login name. */
  readonly user: string;
  readonly ip: string;
  /** The pid of the mail server's process; undefined if not told. */
  readonly servedBy: string | undefined;
}

export interface SubmissionsParts {
  readonly store: Store;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

/** A login, and the password behind it: empty is none, a token. */
interface Begun extends Client {
  readonly id: string;
  readonly changedAt: string;
  readonly at: number;
}

const AGAIN_AFTER = minutes(1);
/** A session lasts a day at most, and its login may be a little younger than its mark. */
const KEEP_FOR = hours(24) + AGAIN_AFTER;
const MOST = 64;
const MAX_KNOWN = 50_000;

export function createSubmissions({ store, now }: SubmissionsParts): Submissions {
  /** Of the logins verified here, the latest of each process of the mail server, which serves one client at a time, and of
   * each user for whom none was told: nobody else need be asked. */
  const latest = new LRUCache<string, Begun>({ max: MAX_KNOWN });
  /** All recipients of a message have the same answer. */
  const messages = new LRUCache<string, { readonly opener: Opener | undefined }>({ max: MAX_KNOWN });

  function latestOf({ user, ip, servedBy }: Client): Begun | undefined {
    const begun = latest.get(servedBy ?? user);
    const isHis = begun?.user === user && begun.servedBy === servedBy && isSameAddress(begun.ip, ip);
    return isHis ? begun : undefined;
  }

  function ask(client: Client, message: string, name: string): Soon<Opener | undefined> {
    const read = readMarks(client);
    return andThen(read, (marks) => {
      const opener = certain(marks, client.servedBy, now() - KEEP_FOR);
      // That nothing is known here costs less to find again than to remember.
      const isWorthIt = opener !== undefined || read instanceof Promise;
      if (message !== '' && isWorthIt) messages.set(name, { opener });
      return opener;
    });
  }

  /** What the store gives, or undefined where it fails. */
  function readMarks(client: Client): Soon<Marks | undefined> {
    const read = store.read([setOf(client)]);
    return read instanceof Promise
      ? read.then(
          ([marks]) => marks,
          () => undefined,
        )
      : read[0];
  }

  return {
    begin(client, password) {
      const at = now();
      const { id = '', changedAt = '' } = password ?? {};
      const before = latestOf(client);
      if (before && before.id === id && before.changedAt === changedAt && at - before.at < AGAIN_AFTER)
        return;
      const { user, ip, servedBy } = client;
      latest.set(servedBy ?? user, { user, ip: ownCopy(ip), servedBy, id, changedAt, at });
      const mark = `${client.servedBy ?? ''}:${id}:${changedAt}`;
      // Nobody waits for it, and the store gives no failure away.
      void store.add({ set: setOf(client), mark, at, keepFor: KEEP_FOR, most: MOST, again: 'renew' });
    },
    openerOf(client, message) {
      const own = client.servedBy === undefined ? undefined : latestOf(client);
      if (own && own.at > now() - KEEP_FOR) return openerOf(own.id, own.changedAt);
      const name = `${keyOf(client)}\0${message}`;
      const known = message === '' ? undefined : messages.get(name);
      return known ? known.opener : ask(client, message, name);
    },
    onlyOpenerOf: (client) =>
      andThen(readMarks(client), (marks) => only(marks, client.servedBy, now() - KEEP_FOR)),
    close: () => store.close(),
  };
}

const keyOf = ({ user, ip, servedBy = '' }: Client): string => `${user}\0${ip.toLowerCase()}\0${servedBy}`;

const setOf = ({ user, ip }: Client): SetName => ({
  kind: 'submissions',
  id: `${encodeURIComponent(user)}:${ip.toLowerCase()}`,
});

/** `17`, `1764420294.123456`; without an id it was a token. */
const openerOf = (id: string, changedAt: string): Opener | undefined =>
  id === '' ? undefined : { credential: id, changedAt: changedAt || undefined };

const isSameAddress = (one: string, other: string): boolean =>
  one === other || one.toLowerCase() === other.toLowerCase();

interface Login {
  readonly process: string;
  readonly id: string;
  readonly changedAt: string;
}

/** The latest first. */
const loginsIn = (marks: Marks | undefined, since: number): readonly Login[] =>
  [...(marks ?? [])]
    .filter(([, at]) => at > since)
    .sort(([, one], [, other]) => other - one)
    .map(([mark]) => mark.split(':'))
    .map(([process = '', id = '', changedAt = '']) => ({ process, id, changedAt }));

/** As `certain`, whenever it was within that time. */
function only(marks: Marks | undefined, servedBy: string | undefined, since: number): Opener | undefined {
  const own = loginsIn(marks, since).filter(({ process }) => process === servedBy);
  const [first, ...others] = own;
  if (others.some(({ id, changedAt }) => id !== first?.id || changedAt !== first.changedAt)) return undefined;
  return certain(marks, servedBy, since);
}

/** The one password that it can have been. */
function certain(marks: Marks | undefined, servedBy: string | undefined, since: number): Opener | undefined {
  if (!marks?.size) return undefined;
  const logins = loginsIn(marks, since);
  const own = logins.find(({ process }) => process === servedBy);
  if (own) return openerOf(own.id, own.changedAt);
  // Somebody says which process it is, and nobody said this one: we do not hear of all logins.
  if (logins.some(({ process }) => process !== '')) return undefined;
  const [id = '', another] = new Set(logins.map((login) => login.id));
  return another === undefined ? openerOf(id, '') : undefined;
}

/** The protocols by which mail is sent; who does not say which may mean these. */
const SENDING = ['smtp', 'submission', ''];

/** As Postfix calls him. */
const nameOf = madeOnce(({ user }: Account) => canonicalOf(user));

/** Remembers who logged in to send, whichever door he came through. */
export function remembering(logins: Logins, submissions: Pick<Submissions, 'begin'>): Logins {
  function note({ protocol, ip, servedBy }: LoginRequest, verified: Verified): void {
    if (verified.kind !== 'ok' || ip === undefined || !SENDING.includes(protocol)) return;
    submissions.begin({ user: nameOf(verified.account), ip, servedBy }, verified.credential);
  }
  return {
    ...logins,
    verify(request) {
      const verified = logins.verify(request);
      if (!(verified instanceof Promise)) {
        note(request, verified);
        return verified;
      }
      return verified.then((late) => {
        note(request, late);
        return late;
      });
    },
    async verifyToken(request) {
      const verified = await logins.verifyToken(request);
      note(request, verified);
      return verified;
    },
    decided(request, verified) {
      logins.decided(request, verified);
      note(request, verified);
    },
  };
}
