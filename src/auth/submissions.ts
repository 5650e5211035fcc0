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
 *          daemons share, each knows those that it verified itself */

import { LRUCache } from 'lru-cache';
import { parseAddress } from '../base/address.ts';
import type { Soon } from '../base/answer.ts';
import { hours } from '../base/clock.ts';
import type { LoginRequest } from '../protocol/login.ts';
import type { Marks, SetName, Store } from './guessing/marks.ts';
import type { Logins, Verified } from './verify.ts';

export interface Submissions {
  /** This password (`user_passwords.id`; '' is a token) opened a session in which mail may be sent. */
  begin(client: Client, credential: string): void;
  /** The password behind a message; undefined where it is not certain, and of a token. Never rejects. */
  credentialOf(client: Client, message: string): Soon<string | undefined>;
  close(): void;
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

const KEEP_FOR = hours(24);
const MOST = 64;
const MAX_KNOWN = 50_000;

export function createSubmissions({ store, now }: SubmissionsParts): Submissions {
  /** Of this process's own logins: nobody else need be asked. */
  const served = new LRUCache<string, { readonly credential: string; readonly at: number }>({
    max: MAX_KNOWN,
  });
  /** All recipients of a message have the same answer. */
  const messages = new LRUCache<string, { readonly credential: string | undefined }>({ max: MAX_KNOWN });

  function ask(client: Client, message: string, name: string): Soon<string | undefined> {
    const read = store.read([setOf(client)]);
    const answer = (marks: Marks | undefined): string | undefined => {
      const credential = certain(marks, client.servedBy, now() - KEEP_FOR);
      // That nothing is known here costs less to find again than to remember.
      const isWorthIt = credential !== undefined || read instanceof Promise;
      if (message !== '' && isWorthIt) messages.set(name, { credential });
      return credential;
    };
    if (!(read instanceof Promise)) return answer(read[0]);
    return read.then(
      ([marks]) => answer(marks),
      () => answer(undefined),
    );
  }

  return {
    begin(client, credential) {
      const at = now();
      if (client.servedBy !== undefined) served.set(keyOf(client), { credential, at });
      const mark = `${client.servedBy ?? ''}:${credential}`;
      // Nobody waits for it, and the store gives no failure away.
      void store.add({ set: setOf(client), mark, at, keepFor: KEEP_FOR, most: MOST, again: 'renew' });
    },
    credentialOf(client, message) {
      const own = client.servedBy === undefined ? undefined : served.get(keyOf(client));
      if (own && own.at > now() - KEEP_FOR) return own.credential || undefined;
      const name = `${keyOf(client)}\0${message}`;
      const known = message === '' ? undefined : messages.get(name);
      return known ? known.credential : ask(client, message, name);
    },
    close: () => store.close(),
  };
}

const keyOf = ({ user, ip, servedBy = '' }: Client): string => `${user}\0${ip.toLowerCase()}\0${servedBy}`;

const setOf = ({ user, ip }: Client): SetName => ({
  kind: 'submissions',
  id: `${encodeURIComponent(user)}:${ip.toLowerCase()}`,
});

/** The one password that it can have been. */
function certain(marks: Marks | undefined, servedBy: string | undefined, since: number): string | undefined {
  if (!marks?.size) return undefined;
  const logins = [...marks]
    .filter(([, at]) => at > since)
    .sort(([, one], [, other]) => other - one)
    .map(([mark]) => ({ servedBy: mark.split(':')[0], credential: mark.split(':')[1] }));
  const own = logins.find((login) => login.servedBy === servedBy);
  if (own && servedBy !== undefined) return own.credential || undefined;
  // Somebody says which process it is, and nobody said this one: we do not hear of all logins.
  if (logins.some((login) => login.servedBy !== '')) return undefined;
  const credentials = new Set(logins.map(({ credential }) => credential));
  return credentials.size === 1 ? logins[0]?.credential || undefined : undefined;
}

/** The protocols by which mail is sent; who does not say which may mean these. */
const SENDING = ['smtp', 'submission', ''];

/** Remembers who logged in to send, whichever door he came through. */
export function remembering(logins: Logins, submissions: Pick<Submissions, 'begin'>): Logins {
  function note({ protocol, ip, servedBy }: LoginRequest, verified: Verified): void {
    if (verified.kind !== 'ok' || ip === undefined || !SENDING.includes(protocol)) return;
    const { user } = verified.account;
    const client = { user: parseAddress(user) ?? user.toLowerCase(), ip, servedBy };
    submissions.begin(client, verified.credential?.id ?? '');
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
