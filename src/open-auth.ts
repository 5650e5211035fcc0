/** open-auth — who may log in, of the settings: passwords, tokens, SASL and the guard against guessing. */

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { CredentialFacts, LoginFacts } from './auth/facts.ts';
import { createDelays } from './auth/guessing/delays.ts';
import { type Found, foundIn } from './auth/guessing/found.ts';
import { guarded } from './auth/guessing/guarded.ts';
import { createPolicy } from './auth/guessing/policy.ts';
import { type Guessing, unguarded } from './auth/guessing.ts';
import { createHashing, type HashingQueue } from './auth/hashing.ts';
import { createJournal } from './auth/journal.ts';
import { journaled } from './auth/journaled.ts';
import { createLastLogins, type LastLogins } from './auth/last-logins.ts';
import { createList } from './auth/list.ts';
import { mechanisms } from './auth/mechanisms/index.ts';
import type { Mechanism, MechanismServices, Tokens } from './auth/mechanisms/mechanism.ts';
import { makerOf } from './auth/password.ts';
import { createPseudorandom } from './auth/pseudorandom.ts';
import { readAccounts, readCredentials, readLogins, readSaltSecret, readSalts } from './auth/read.ts';
import { createRehash, type Rehash } from './auth/rehash.ts';
import { createRemembered } from './auth/remember.ts';
import { unknownSchemes } from './auth/stored-hash.ts';
import { createSubmissions, remembering, type Submissions } from './auth/submissions.ts';
import { tallied } from './auth/tallied.ts';
import { createTokenLogin } from './auth/token-login.ts';
import { createTokens } from './auth/tokens.ts';
import { createLogins, type Logins } from './auth/verify.ts';
import { replaceHash, writeJournal, writeLastLogins } from './auth/write.ts';
import { minutes } from './base/clock.ts';
import { saltBytes } from './base/random.ts';
import { createSparingLog } from './base/sparing-log.ts';
import { createTally, type Tally } from './base/tally.ts';
import type { FactCache } from './database/facts.ts';
import { type Ground, whenItFits } from './ground.ts';
import { openGuessing } from './open-guessing.ts';
import { openMarks } from './open-marks.ts';
import type { LoginServices } from './protocol/login.ts';

export interface OpenAuth {
  readonly logins: Logins & LoginServices;
  /** What SASL needs of them. */
  readonly sasl: MechanismServices & { readonly mechanisms: readonly Mechanism[] };
  readonly guessing: Guessing;
  /** What the guard against guessing knows of a client. */
  findings(client: { readonly user: string; readonly ip: string }): Promise<Found>;
  /** By login name, or by the address of its mailbox. */
  readonly known: FactCache<LoginFacts>;
  /** By login name. */
  readonly credentials: FactCache<readonly CredentialFacts[]>;
  /** By which passwords those logged in who send. */
  readonly submissions: Submissions;
  /** Somebody logged in whose password the mail server has compared. */
  readonly seen: LastLogins['record'];
  readonly tally: Tally;
  /** Nobody waits any longer for the delays of the guard: the listeners are about to close. */
  drain(): void;
  close(): Promise<void>;
}

/** Opens the file with the keys of tokens; without it there are no tokens. */
export type KeyFile = (path: string) => () => Promise<string>;

/** More hashes at once than libuv has threads would keep files and DNS waiting behind them. */
const UV_THREADS = 4;

export function openAuth(ground: Ground, keyFile: KeyFile | undefined): OpenAuth {
  const { settings, database, caches, mayRead, mayWrite, clock, log, sparing } = ground;
  const known = caches.of('logins', readLogins);
  const credentials = caches.of('credentials', readCredentials);
  const hashing = createHashing({
    atOnce: Math.min(availableParallelism(), UV_THREADS),
    waiting: settings.hashQueue,
    memory: settings.hashMemory,
    patience: { clock, most: settings.answerDeadline },
  });
  const byPassword = createLogins({
    logins: known,
    credentials,
    salts: caches.of('salts', readSalts),
    accounts: caches.of('accounts', readAccounts),
    hashing,
    remembered: createRemembered({ key: randomBytes(32), clock }),
    rejected: createRemembered({ key: randomBytes(32), clock, keepFor: minutes(1) }),
    preferred: makerOf(settings.preferredHashScheme),
    rehash: rehashOf(ground, hashing),
    log,
  });
  const journal = createJournal({
    write: whenItFits(mayRead, (entries) => writeJournal(database, entries)),
    clock,
    log,
  });
  const lastLogins = createLastLogins({
    write: whenItFits(mayRead, (logins) => writeLastLogins(database, logins)),
    clock,
    log: sparing,
  });
  const marks = openMarks(ground);
  const counters = mayWrite ? openGuessing(ground, marks) : undefined;
  const submissions = createSubmissions({ store: marks, now: () => clock.date().getTime() });
  const delays = createDelays();
  const isShadow = settings.guessing === 'shadow';
  const tokens = tokensOf(ground, keyFile);
  const verifyToken = createTokenLogin({ tokens, admits: byPassword.admits });
  const verifying = { ...byPassword, verifyToken, decided: () => undefined };
  const guardedOnes: Logins = counters
    ? guarded(verifying, { counters, delays, isShadow, clock, log: sparing })
    : verifying;
  const tally = createTally();
  const written = mayWrite ? journaled(guardedOnes, journal) : guardedOnes;
  const heard = remembering(tallied(written, tally), submissions);

  return {
    logins: { ...heard, list: createList({ database, mayRead }) },
    sasl: {
      mechanisms: mechanisms.filter(({ needsTokens }) => !needsTokens || tokens !== undefined),
      ...heard,
      nonce: () => saltBytes(18),
      pseudorandom: createPseudorandom({
        readSecret: whenItFits(mayRead, () => readSaltSecret(database)),
        log: sparing,
      }),
    },
    guessing: counters ? createPolicy(counters, isShadow) : unguarded,
    findings: (client) => foundIn(counters, isShadow, client),
    known,
    credentials,
    submissions,
    seen: lastLogins.record,
    tally,
    drain: delays.end,
    async close() {
      marks.close();
      await Promise.all([journal.close(), lastLogins.close()]);
    },
  };
}

/** Undefined where a login leaves its hash as it is. Throws where the settings name an unknown scheme. */
function rehashOf(
  { settings, database, mayRead, mayWrite, clock, log }: Ground,
  hashing: HashingQueue,
): Rehash | undefined {
  const preferred = makerOf(settings.preferredHashScheme);
  const keep = settings.keepHashSchemes;
  refuseUnknownSchemes(keep);
  if (!preferred || !mayWrite || !settings.rehashOnLogin) return undefined;
  return createRehash({
    preferred,
    keep,
    hashing,
    replace: async (replacement) => mayRead() && replaceHash(database, replacement),
    log: createSparingLog(log, { clock }),
  });
}

/** A slip of the pen here would have hashes replaced that somebody needs. */
function refuseUnknownSchemes(keep: readonly string[]): void {
  const unknown = unknownSchemes(keep);
  if (unknown.length > 0)
    throw new Error(`keep_hash_schemes names ${unknown.join(', ')}, which is no hash scheme`);
}

/** Undefined without keys; throws one clear sentence when something is missing beside them. */
function tokensOf({ settings, clock, log }: Ground, keyFile: KeyFile | undefined): Tokens | undefined {
  const {
    jwtKeys,
    jwtIssuer: issuer,
    jwtAudience: audience,
    jwtUserClaim: userClaim,
    jwtScope: scope,
  } = settings;
  if (jwtKeys === null || !keyFile) return undefined;
  if (issuer === null || audience === null) {
    throw new Error('DOVETAIL_JWT_KEYS needs DOVETAIL_JWT_ISSUER and DOVETAIL_JWT_AUDIENCE beside it');
  }
  const algorithms = settings.jwtAlgorithms.split(',');
  return createTokens({ keys: keyFile(jwtKeys), issuer, audience, algorithms, userClaim, scope, clock, log });
}
