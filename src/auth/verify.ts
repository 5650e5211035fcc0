/** verify — who may log in: the one place that answers it, for every protocol.
 *
 * security `unknown`, `mismatch` and `disabled` cost the same; all three are told to the peer, a
 *          mail server of ours, which tells its clients the same words for each (Dovecot 2.3 and
 *          2.4, Postfix). `disabled` does not wait for the right password: the views hand out no
 *          password of a user who may not use mail. A protocol that serves clients itself must
 *          not tell the three apart.
 *          A right password that is expired, suspended or must be changed first is `disabled` too.
 *          An empty password is never right, and is refused at no cost, whoever it is.
 *          Facts that may be old (the database is away) open nothing: later. They do find an
 *          account for delivery, for which nobody logs in. */

import { type Answer, absent, found, type Later, later, type Soon } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import type { FactCache } from '../database/facts.ts';
import type { Account, LoginRequest, LoginServices } from '../protocol/login.ts';
import { type Objection, objectionTo } from './admit.ts';
import { type Attempt, createComparison, type HalfCompared } from './compare.ts';
import type { AccountFacts, CredentialFacts, LoginFacts } from './facts.ts';
import { type Handed, handOut, saltShown } from './hand-out.ts';
import type { Hashing } from './hashing.ts';
import { parseLoginName } from './login-name.ts';
import type { Maker } from './password.ts';
import type { Rehash } from './rehash.ts';
import type { Remembered } from './remember.ts';
import { argon2id } from './schemes/argon2id.ts';
import { openingOnes, opens } from './services.ts';
import type { VerifyToken } from './token-login.ts';

export interface LoginParts {
  readonly logins: FactCache<LoginFacts>;
  /** By login name. */
  readonly credentials: FactCache<readonly CredentialFacts[]>;
  /** By login name: of SCRAM passwords no more than the salt, whoever may use mail or not. */
  readonly salts: FactCache<readonly CredentialFacts[]>;
  /** By login name. */
  readonly accounts: FactCache<AccountFacts>;
  readonly hashing: Hashing;
  readonly remembered: Remembered;
  /** Wrong passwords. */
  readonly rejected?: Remembered | undefined;
  /** What new passwords are hashed with; ARGON2ID where it is not said. */
  readonly preferred?: Maker | undefined;
  /** Hears of each password that was hashed and right. */
  readonly rehash?: Rehash | undefined;
  readonly log: Log;
}

export interface Right {
  readonly kind: 'ok';
  readonly account: Account;
  readonly credential: CredentialFacts;
  readonly token?: undefined;
}

/** As the protocol's outcome, and for people: which password it was, or why not. */
export type Verified =
  | Right
  /** By a token, of which no password has a part. */
  | {
      readonly kind: 'ok';
      readonly account: Account;
      readonly credential?: undefined;
      readonly token: { readonly expiresAt: number; readonly scope: string };
    }
  | { readonly kind: 'disabled'; readonly because: 'user' }
  /** The password was right. */
  | Objection
  | { readonly kind: 'unknown' }
  | { readonly kind: 'mismatch'; readonly because?: undefined }
  /** `guessing`: the password was not looked at (guessing/guarded.ts). `token`: it is not good, or is
   * somebody else's. `scheme`: there is no password of the scheme that the mechanism needs. */
  | { readonly kind: 'mismatch'; readonly because: 'guessing' | 'token' | 'scheme' }
  | HalfCompared
  | Later;

/** Somebody who may use mail, or not. */
export type Admitted =
  | { readonly kind: 'ok'; readonly account: Account }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'disabled'; readonly because: 'user' }
  | Later;

export interface PasswordLogins extends Omit<LoginServices, 'list'> {
  verify(request: LoginRequest): Soon<Verified>;
  /** Who has proven who he is by something else than a password, and what stands against his plain one. */
  admits(user: string, ip: string | undefined): Promise<Admitted | Objection>;
  /** Of several, the first; with a scheme, the first of that scheme that is good from the request's network. */
  credential(request: LoginRequest, scheme?: string): Soon<Handed>;
}

export interface Logins extends PasswordLogins {
  verifyToken: VerifyToken;
  /** A mechanism has compared by itself, and found this. */
  decided(request: LoginRequest, verified: Verified): void;
}

export interface Recalls {
  /** The outcome of `verify` where memory alone gives it: a client that comes back. No query, no hash, no tick. */
  recall(request: LoginRequest): Right | undefined;
}

type Trust = 'fresh' | 'last-known';

async function ask<V>(cache: FactCache<V>, key: string | undefined, trust: Trust): Promise<Answer<V>> {
  if (key === undefined) return absent;
  const fact = (await cache.load([key])).get(key) ?? later('a fact was not loaded');
  if (fact.kind === 'later') return fact;
  if (fact.lastKnown && trust === 'fresh') return later('the database is away');
  return fact.value === undefined ? absent : found(fact.value);
}

/** The same from memory alone; undefined when memory does not say. */
function recall<V>(cache: FactCache<V>, key: string | undefined): V | undefined {
  const fact = key === undefined ? undefined : cache.peek(key);
  return fact?.lastKnown ? undefined : fact?.value;
}

const inconsistent = later('the login exists and its account does not');

export function createLogins({
  logins,
  credentials,
  salts,
  accounts,
  hashing,
  remembered,
  rejected,
  preferred = argon2id,
  rehash,
  log,
}: LoginParts): PasswordLogins & Recalls {
  const comparison = createComparison({ hashing, remembered, rejected, preferred, rehash, log });

  /** What is a key already, as most names are that programs send, need not be made one. */
  const recallLogin = (user: string): LoginFacts | undefined =>
    recall(logins, user) ?? recall(logins, parseLoginName(user));

  function recallVerified(request: LoginRequest): Right | undefined {
    const { user, password, protocol } = request;
    const login = recallLogin(user);
    if (!login?.usable || password === '') return undefined;
    const account = recall(accounts, login.username);
    const passwords = recall(credentials, login.username);
    const credential = passwords?.find(
      (one) =>
        opens(one.service, protocol) && !objectionTo(one, request) && comparison.wasRight(one, password),
    );
    return account && credential && { kind: 'ok', account, credential };
  }

  async function verifyThoroughly(request: LoginRequest, isAgain = false): Promise<Verified> {
    const { user, password, protocol } = request;
    if (password === '') return { kind: 'mismatch' };
    const login = await ask(logins, parseLoginName(user), 'fresh');
    if (login.kind === 'later') return login;
    if (login.kind === 'absent') return refuse(request, { kind: 'unknown' });
    if (!login.value.usable) return refuse(request, { kind: 'disabled', because: 'user' });
    const { username } = login.value;
    const [passwords, account] = await Promise.all([
      ask(credentials, username, 'fresh'),
      ask(accounts, username, 'fresh'),
    ]);
    if (passwords.kind === 'later') return passwords;
    if (account.kind !== 'found') return account.kind === 'later' ? account : inconsistent;
    const opening = passwords.kind === 'found' ? openingOnes(passwords.value, protocol) : [];
    const attempt = { credentials: opening, password, names: [user, username] };
    const before = factsInMemory(user, username);
    const verified = await judge(attempt, request, account.value);
    const isSame = factsInMemory(user, username).every((fact, n) => fact === before[n]);
    // To wait for a hash may take seconds: what was taken away meanwhile opens nothing.
    return verified.kind === 'ok' && !isSame && !isAgain ? verifyThoroughly(request, true) : verified;
  }

  const factsInMemory = (user: string, username: string): readonly unknown[] => [
    recallLogin(user),
    recall(credentials, username),
    recall(accounts, username),
  ];

  async function judge(attempt: Attempt, request: LoginRequest, account: Account): Promise<Verified> {
    const compared = await comparison.compare(attempt);
    if (compared.kind === 'later') return compared;
    if (compared.kind === 'differs') return { kind: 'mismatch' };
    const { credential } = compared;
    const objection = objectionTo(credential, request);
    if (!objection) return { kind: 'ok', account, credential };
    // The same password may stand behind another label.
    const others = attempt.credentials.filter((one) => !objectionTo(one, request));
    const again = others.length > 0 && (await comparison.compare({ ...attempt, credentials: others }));
    return again && again.kind === 'match'
      ? { kind: 'ok', account, credential: again.credential }
      : objection;
  }

  /** After the price of a comparison with nothing. */
  async function refuse<R extends Verified>(
    { user, password }: LoginRequest,
    refusal: R,
  ): Promise<R | Later> {
    const names = [user, parseLoginName(user) ?? ''];
    const compared = await comparison.compare({ credentials: [], password, names });
    return compared.kind === 'later' ? compared : refusal;
  }

  async function findThoroughly(user: string, trust: Trust): Promise<Admitted> {
    const login = await ask(logins, parseLoginName(user), trust);
    if (login.kind === 'later') return login;
    if (login.kind === 'absent') return { kind: 'unknown' };
    if (!login.value.usable) return { kind: 'disabled', because: 'user' };
    const account = await ask(accounts, login.value.username, trust);
    if (account.kind === 'absent') return inconsistent;
    return account.kind === 'later' ? account : { kind: 'ok', account: account.value };
  }

  async function admits(user: string, ip: string | undefined): Promise<Admitted | Objection> {
    const owner = await findThoroughly(user, 'fresh');
    if (owner.kind !== 'ok') return owner;
    const passwords = await ask(credentials, owner.account.user, 'fresh');
    if (passwords.kind === 'later') return passwords;
    const all = passwords.kind === 'found' ? passwords.value : [];
    const plain = all.find(({ service, label }) => service === 'dovecot' && label === '');
    return (plain && objectionTo({ ...plain, isReplaced: false, isSuspended: false }, { ip })) ?? owner;
  }

  /** The mailbox of a user, from memory alone. */
  function recallAccount(user: string): AccountFacts | undefined {
    const login = recallLogin(user);
    return login?.usable ? recall(accounts, login.username) : undefined;
  }

  async function credentialThoroughly(request: LoginRequest, scheme: string | undefined): Promise<Handed> {
    const owner = await findThoroughly(request.user, 'last-known');
    if (owner.kind === 'disabled' && request.isExchange) return withSalt(owner, request, scheme);
    if (owner.kind !== 'ok') return owner;
    const passwords = await ask(credentials, owner.account.user, 'fresh');
    if (passwords.kind === 'later') return passwords;
    return handOut(request, scheme, owner.account, passwords.kind === 'found' ? passwords.value : []);
  }

  /** The salt that he would be shown if he might use mail. */
  async function withSalt(
    refusal: Extract<Handed, { kind: 'disabled' }>,
    request: LoginRequest,
    scheme: string | undefined,
  ): Promise<Handed> {
    const passwords = await ask(salts, parseLoginName(request.user), 'fresh');
    if (passwords.kind === 'later') return passwords;
    const hash = saltShown(request, scheme, passwords.kind === 'found' ? passwords.value : []);
    return hash === undefined ? refusal : { ...refusal, hash };
  }

  return {
    recall: recallVerified,
    verify: (request) => recallVerified(request) ?? verifyThoroughly(request),
    find(user) {
      const account = recallAccount(user);
      return account ? { kind: 'ok', account } : findThoroughly(user, 'last-known');
    },
    admits,
    credential(request, scheme) {
      const account = recallAccount(request.user);
      const passwords = account && recall(credentials, account.user);
      if (!account || !passwords) return credentialThoroughly(request, scheme);
      return handOut(request, scheme, account, passwords);
    },
  };
}
