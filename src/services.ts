/** services — the daemon's answers without its sockets: `serve` puts sockets in front of them, and
 * `lookup`, `explain` and `auth test` ask them directly, so that people see what servers get. */

import { createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Found, foundIn } from './auth/guessing/found.ts';
import { guarded } from './auth/guessing/guarded.ts';
import { createPolicy } from './auth/guessing/policy.ts';
import { type Guessing, unguarded } from './auth/guessing.ts';
import { createHashing } from './auth/hashing.ts';
import { createJournal } from './auth/journal.ts';
import { journaled } from './auth/journaled.ts';
import { createList } from './auth/list.ts';
import { mechanisms } from './auth/mechanisms/index.ts';
import type { Mechanism, MechanismServices, Tokens } from './auth/mechanisms/mechanism.ts';
import { makerOf } from './auth/password.ts';
import { readAccounts, readCredentials, readLogins } from './auth/read.ts';
import { createRehash } from './auth/rehash.ts';
import { createRemembered } from './auth/remember.ts';
import { unknownSchemes } from './auth/stored-hash.ts';
import { tallied } from './auth/tallied.ts';
import { createTokenLogin } from './auth/token-login.ts';
import { createTokens } from './auth/tokens.ts';
import { createLogins, type Logins } from './auth/verify.ts';
import { replaceHash, writeJournal } from './auth/write.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { saltBytes } from './base/random.ts';
import { createSparingLog } from './base/sparing-log.ts';
import { createTally, type Tally } from './base/tally.ts';
import type { Settings } from './config/settings.ts';
import { type CacheStats, createFactCache, type Fetched } from './database/cache.ts';
import { createDatabase, type Database } from './database/connection.ts';
import { type Book, createBook } from './lookup/book.ts';
import { createLookup, type Lookup } from './lookup/lookup.ts';
import { createMemory, type Memory } from './lookup/memory.ts';
import { readAddresses, readDomains, readEntries, readSecrets, readSenders } from './lookup/read.ts';
import type { Rules } from './lookup/resolve.ts';
import { openGreylist } from './open-greylist.ts';
import { openGuessing } from './open-guessing.ts';
import { openRates } from './open-rates.ts';
import { openRedis } from './open-redis.ts';
import { forgetTogether } from './policy/access/clients.ts';
import { readAccess, readClientAccess } from './policy/access/read.ts';
import { createDecide, type Decide } from './policy/decide.ts';
import { readLimits } from './policy/limits/read.ts';
import { createMayUseMail } from './policy/logins.ts';
import { orderRules } from './policy/order.ts';
import { policyRules } from './policy/rules/index.ts';
import type { PolicyServices } from './policy/services.ts';
import type { LoginServices } from './protocol/login.ts';
import { readQuotas } from './quota/facts.ts';
import { createUsage, type Usage } from './quota/usage.ts';
import { writeUsage } from './quota/write.ts';

export interface Services {
  readonly database: Database;
  readonly book: Book;
  readonly rules: Rules;
  readonly lookup: Lookup;
  /** Of socketmap. */
  readonly replies: Memory;
  readonly logins: Logins & LoginServices;
  /** What SASL needs of them. */
  readonly sasl: MechanismServices & { readonly mechanisms: readonly Mechanism[] };
  readonly guessing: Guessing;
  /** What the guard against guessing knows of a client. */
  findings(client: { readonly user: string; readonly ip: string }): Promise<Found>;
  readonly policy: Decide;
  /** What the rules of policy may ask. */
  readonly policyServices: PolicyServices;
  /** What mailboxes use. */
  readonly usage: Usage;
  /** What was done so far. */
  readonly counts: Counts;
  /** These keys changed. */
  forget(keys: readonly string[]): void;
  forgetEverything(): void;
  /** Whether changes are heard: only then is memory trusted. False at first. */
  listening(on: boolean): void;
  /** Puts other settings in force: those that the table calls live, and that concern answers. */
  apply(settings: Settings): void;
  close(): Promise<void>;
}

export interface Counts {
  readonly logins: Tally;
  readonly policyRules: Tally;
  readonly caches: () => Readonly<Record<string, CacheStats>>;
  readonly isListening: () => boolean;
}

export interface ServicesParts {
  readonly settings: Settings;
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Opens the file with the keys of tokens; without it there are no tokens. */
  readonly keyFile?: (path: string) => () => Promise<string>;
  /** While this is false nothing is read: the schema is not known to fit. */
  readonly mayRead?: () => boolean;
  /** Whether logins leave traces in the database: the audit trail, a better hash. The daemon's do. */
  readonly mayWrite?: boolean;
}

/** More hashes at once than libuv has threads would keep files and DNS waiting behind them. */
const UV_THREADS = 4;

type Read<V> = (database: Database, keys: readonly string[]) => Promise<ReadonlyMap<string, Fetched<V>>>;

export function createServices({
  settings,
  url,
  clock,
  log,
  keyFile,
  mayRead = () => true,
  mayWrite = false,
}: ServicesParts): Services {
  const { queryDeadline, trustFor, lastKnownFor, cacheEntries: maxEntries } = settings;
  const database = createDatabase({ url, log, clock, queryDeadline });
  const cacheOf = <V>(name: string, read: Read<V>) =>
    createFactCache<V>({
      name,
      fetch: async (keys) => {
        if (!mayRead()) throw new Error('the schema is not known to fit yet');
        return read(database, keys);
      },
      maxEntries,
      trustFor,
      lastKnownFor,
      clock,
      log,
    });

  const addresses = cacheOf('addresses', readAddresses);
  const senders = cacheOf('senders', readSenders);
  const domains = cacheOf('domains', readDomains);
  const entries = cacheOf('entries', readEntries);
  const secrets = cacheOf('secrets', readSecrets);
  const logins = cacheOf('logins', readLogins);
  const credentials = cacheOf('credentials', readCredentials);
  const accounts = cacheOf('accounts', readAccounts);
  const access = cacheOf('access', readAccess);
  const clientAccess = forgetTogether(cacheOf('clientAccess', readClientAccess));
  const greylist = openGreylist({ settings, database, cacheOf, mayRead, mayWrite, clock, log });
  const limits = cacheOf('limits', readLimits);
  const quotas = cacheOf('quotas', readQuotas);
  const byName = {
    ...{ addresses, senders, domains, entries, secrets, logins, credentials, accounts },
    ...{ access, clientAccess, greylist: greylist.cache, limits, quotas },
  };
  const caches = Object.values(byName);

  const book = createBook({ addresses, senders, domains, entries, secrets });
  const rules = { delimiters: settings.recipientDelimiter } satisfies Rules;
  const replies = createMemory({ clock, maxEntries });
  const change = (tell: (cache: (typeof caches)[number]) => void): void => {
    caches.forEach(tell);
    replies.forget();
  };
  const hashing = createHashing({ atOnce: Math.min(availableParallelism(), UV_THREADS), waiting: 200 });
  const remembered = createRemembered({ key: randomBytes(32), clock });
  const preferred = makerOf(settings.preferredHashScheme);
  const keep = settings.keepHashSchemes;
  refuseUnknownSchemes(keep);
  const rehash =
    preferred && mayWrite && settings.rehashOnLogin
      ? createRehash({
          preferred,
          keep,
          hashing,
          replace: async (replacement) => mayRead() && replaceHash(database, replacement),
          log: createSparingLog(log, { clock }),
        })
      : undefined;
  const byPassword = createLogins({
    logins,
    credentials,
    accounts,
    hashing,
    remembered,
    preferred,
    rehash,
    log,
  });
  const journal = createJournal({
    write: async (entries) => {
      if (!mayRead()) throw new Error('the schema is not known to fit yet');
      await writeJournal(database, entries);
    },
    clock,
    log,
  });
  let { quotaWarnings } = settings;
  const usage = createUsage({
    write: async (reports) => {
      if (!mayRead()) throw new Error('the schema is not known to fit yet');
      await writeUsage(database, reports, quotaWarnings);
    },
    clock,
    log,
  });
  const tally = createTally();
  const redis = mayWrite ? openRedis(settings, log) : undefined;
  const counters = mayWrite ? openGuessing({ settings, database, redis, mayRead, clock, log }) : undefined;
  const isShadow = settings.guessing === 'shadow';
  const sparing = createSparingLog(log, { clock });
  const tokens = tokensOf(settings, { keyFile, clock, log });
  const verifyToken = createTokenLogin({ tokens, admits: byPassword.admits });
  const verifying = { ...byPassword, verifyToken, decided: () => undefined };
  const guardedOnes: Logins = counters
    ? guarded(verifying, { counters, isShadow, clock, log: sparing })
    : verifying;
  const tallying = tallied(mayWrite ? journaled(guardedOnes, journal) : guardedOnes, tally);
  const policyTally = createTally();
  const fullMailboxes = { grace: settings.quotaGrace, some: settings.quotaSomeFull };
  const policyServices: PolicyServices = {
    answer: book.answer,
    resolution: rules,
    mayUseMail: createMayUseMail(logins),
    logins,
    access,
    clientAccess,
    greylist: greylist.services,
    limits,
    counts: openRates({ redis, clock, log: sparing }),
    quotas,
    fullMailboxes,
  };
  const policy = createDecide({
    order: orderRules(policyRules, settings.policyRules),
    services: policyServices,
    log,
    sparing,
    tally: policyTally,
  });
  let isListening = false;

  return {
    database,
    book,
    rules,
    lookup: createLookup({ book, rules }),
    replies,
    logins: { ...tallying, list: createList({ database, mayRead }) },
    sasl: {
      mechanisms: mechanisms.filter(({ needsTokens }) => !needsTokens || tokens !== undefined),
      ...tallying,
      nonce: () => saltBytes(18),
      pseudorandom: createPseudorandom(),
    },
    guessing: counters ? createPolicy(counters, isShadow) : unguarded,
    findings: (client) => foundIn(counters, isShadow, client),
    policy,
    policyServices,
    usage,
    counts: {
      logins: tally,
      policyRules: policyTally,
      caches: () => Object.fromEntries(Object.entries(byName).map(([name, cache]) => [name, cache.stats()])),
      isListening: () => isListening,
    },
    forget: (keys) => change((cache) => cache.forget(keys)),
    forgetEverything: () => change((cache) => cache.forgetAll()),
    listening(on) {
      isListening = on;
      change((cache) => cache.listening(on));
    },
    apply(next) {
      rules.delimiters = next.recipientDelimiter;
      policy.apply(orderRules(policyRules, next.policyRules));
      quotaWarnings = next.quotaWarnings;
      Object.assign(fullMailboxes, { grace: next.quotaGrace, some: next.quotaSomeFull });
      change((cache) => cache.keepFor(next));
    },
    async close() {
      counters?.close();
      redis?.close();
      await Promise.all([journal.close(), usage.close(), greylist.close()]);
      await database.close();
    },
  };
}

/** A slip of the pen here would have hashes replaced that somebody needs. */
function refuseUnknownSchemes(keep: readonly string[]): void {
  const unknown = unknownSchemes(keep);
  if (unknown.length > 0)
    throw new Error(`keep_hash_schemes names ${unknown.join(', ')}, which is no hash scheme`);
}

/** Under a key of this process. */
function createPseudorandom(): MechanismServices['pseudorandom'] {
  const key = randomBytes(32);
  return (name) => createHmac('sha256', key).update(name).digest();
}

/** Undefined without keys; throws one clear sentence when something is missing beside them. */
function tokensOf(
  settings: Settings,
  { keyFile, clock, log }: Pick<ServicesParts, 'keyFile' | 'clock' | 'log'>,
): Tokens | undefined {
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
