/** services — the daemon's answers without its sockets: `serve` puts sockets in front of them, and
 * `lookup`, `explain` and `auth test` ask them directly, so that people see what servers get. */

import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createSparingLog } from './base/sparing-log.ts';
import type { Tally } from './base/tally.ts';
import type { ReadCertificateFile } from './certificates/read.ts';
import type { Settings } from './config/settings.ts';
import type { CacheStats } from './database/cache.ts';
import { createDatabase, type Database } from './database/connection.ts';
import { createCaches, type Ground } from './ground.ts';
import type { Book } from './lookup/book.ts';
import { createLookup, type Lookup } from './lookup/lookup.ts';
import { createMemory, type Memory } from './lookup/memory.ts';
import { createRecall } from './lookup/recall.ts';
import type { Rules } from './lookup/resolve.ts';
import { type KeyFile, type OpenAuth, openAuth } from './open-auth.ts';
import { openLookup } from './open-lookup.ts';
import { type OpenPolicy, openPolicy } from './open-policy.ts';
import { openQuotas } from './open-quotas.ts';
import { openRedis } from './open-redis.ts';
import type { CountedReply } from './protocol/socketmap.ts';
import type { Usage } from './quota/usage.ts';

export interface Services
  extends Pick<OpenAuth, 'logins' | 'sasl' | 'guessing' | 'findings' | 'seen' | 'drain'> {
  readonly database: Database;
  readonly book: Book;
  readonly rules: Rules;
  readonly lookup: Lookup;
  /** Of socketmap. */
  readonly replies: Memory<CountedReply>;
  readonly policy: OpenPolicy['decide'];
  readonly policyServices: OpenPolicy['services'];
  readonly dryPolicy: OpenPolicy['dry'];
  /** How much of his limits a user has used, and what a request would be charged. */
  readonly limits: Pick<OpenPolicy, 'look' | 'usageOf'>;
  /** Hears what Postfix's log tells of mail that came back; undefined where the settings name no log. */
  readonly bounces: OpenPolicy['bounces'];
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
  readonly bounces: Tally;
  readonly caches: () => Readonly<Record<string, CacheStats>>;
  readonly isListening: () => boolean;
}

export interface ServicesParts {
  readonly settings: Settings;
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyFile?: KeyFile;
  /** Without it no certificate is served. */
  readonly certificateFile?: ReadCertificateFile;
  /** While this is false nothing is read: the schema is not known to fit. */
  readonly mayRead?: () => boolean;
  /** Whether logins leave traces in the database: the audit trail, a better hash. The daemon's do. */
  readonly mayWrite?: boolean;
}

export function createServices({
  settings,
  url,
  clock,
  log,
  keyFile,
  certificateFile = async () => Promise.reject(new Error('no folder of certificates is open')),
  mayRead = () => true,
  mayWrite = false,
}: ServicesParts): Services {
  const database = createDatabase({ url, log, clock, queryDeadline: settings.queryDeadline });
  const caches = createCaches({ settings, database, mayRead, clock, log });
  const redis = mayWrite ? openRedis(settings, log) : undefined;
  const sparing = createSparingLog(log, { clock });
  const ground: Ground = { settings, database, caches, redis, mayRead, mayWrite, clock, log, sparing };

  const { book, rules, ...lookups } = openLookup(ground, certificateFile);
  const { cacheEntries: maxEntries } = settings;
  const replies = createMemory<CountedReply>({ clock, maxEntries });
  const { recall, forget: forgetRecalled } = createRecall({ answer: book.answer, rules, clock, maxEntries });
  const auth = openAuth(ground, keyFile);
  const quotas = openQuotas(ground);
  const policy = openPolicy(ground, {
    answer: book.answer,
    recall,
    resolution: rules,
    logins: auth.known,
    count: quotas.count,
    credentials: auth.credentials,
    submissions: auth.submissions,
  });
  let isListening = false;

  /** What was made of facts goes after them. */
  function forgetMade(): void {
    replies.forget();
    forgetRecalled();
  }

  return {
    database,
    book,
    rules,
    lookup: createLookup({ book, rules }),
    replies,
    logins: auth.logins,
    sasl: auth.sasl,
    guessing: auth.guessing,
    findings: auth.findings,
    seen: auth.seen,
    drain: auth.drain,
    policy: policy.decide,
    policyServices: policy.services,
    dryPolicy: policy.dry,
    limits: policy,
    bounces: policy.bounces,
    usage: quotas.usage,
    counts: {
      logins: auth.tally,
      policyRules: policy.tally,
      bounces: policy.bouncesTally,
      caches: caches.stats,
      isListening: () => isListening,
    },
    forget(keys) {
      caches.forget(keys);
      forgetMade();
    },
    forgetEverything() {
      caches.forgetAll();
      forgetMade();
    },
    listening(on) {
      isListening = on;
      caches.listening(on);
      forgetMade();
    },
    apply(next) {
      lookups.apply(next);
      policy.apply(next);
      quotas.apply(next);
      caches.keepFor(next);
      forgetMade();
    },
    async close() {
      await Promise.all([auth.close(), quotas.close(), policy.close()]);
      redis?.close();
      await database.close();
    },
  };
}
