/** journal — what became of logins, on its way into the database: rows of the audit trail, when a
 * password was used last, how often a wrong one came.
 *
 * Nobody waits for it. What arrives in a second is one transaction, and what is the same is one
 * row that says how often: twenty connections of one mail client are one row. While the database
 * is away it is kept, up to a limit; past that only counted, and said in the log.
 *
 * security never a password. Who typed his password where the name belongs must not find it here:
 *          of a name that nobody has, only its domain is written down, where it is ours (write.ts) */

import type { Clock, Instant, Milliseconds } from '../base/clock.ts';
import { seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { isAddress } from '../base/network.ts';
import { ownCopy, reasonOf } from '../base/text.ts';
import { writePiecemeal } from '../database/piecemeal.ts';
import type { LoginRequest } from '../protocol/login.ts';
import type { CredentialFacts } from './facts.ts';
import { parseLoginName } from './login-name.ts';
import { isService } from './services.ts';
import type { Verified } from './verify.ts';

/** What became of a login. */
interface Outcome {
  readonly success: boolean;
  /** The login name, or the address it was asked by; undefined: nobody has that name. */
  readonly login: string | undefined;
  /** `user_passwords.id` of the password that was right; undefined of a token. */
  readonly passwordId: string | undefined;
  readonly label: string | undefined;
  readonly service: string;
  readonly ip: string | undefined;
  /** `mismatch`, `unknown`, `disabled: expired`; undefined of a success. */
  readonly why: string | undefined;
  /** Of an unknown name that has one. */
  readonly domain: string | undefined;
}

/** One row to be. */
export interface Entry extends Outcome {
  /** The first time, of the wall clock. */
  readonly at: Date;
  count: number;
}

/** An entry of a password, and what the peer said that is in it, as it said it. */
interface Success extends Pick<LoginRequest, 'ip' | 'protocol'> {
  readonly entry: Entry;
}

export interface Journal {
  record(request: LoginRequest, verified: Verified): void;
  /** Writes what there is, for two seconds at most. Never rejects. */
  close(): Promise<void>;
}

export interface JournalParts {
  /** One transaction. Rejects when the database did not do it. */
  readonly write: (entries: readonly Entry[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly every?: Milliseconds;
  readonly maxEntries?: number;
}

const FAREWELL = seconds(2);
const MAX_DOMAIN = 253;

export function createJournal(parts: JournalParts): Journal {
  const { write, clock, log, every = seconds(1), maxEntries = 10_000 } = parts;
  let entries = new Map<string, Entry>();
  /** Of each password that was right, the latest of these. */
  let latest = new Map<CredentialFacts, Success>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let awaySince: Instant | undefined;

  function record(request: LoginRequest, verified: Verified): void {
    if (verified.kind === 'later') return;
    timer ??= setTimeout(flush, every);
    const credential = verified.kind === 'ok' ? verified.credential : undefined;
    const before = credential && latest.get(credential);
    // The next connection of a mail program.
    if (before && before.ip === request.ip && before.protocol === request.protocol) {
      before.entry.count += 1;
      return;
    }
    const entry = count(outcomeOf(request, verified));
    if (!entry) lost += 1;
    else if (credential) {
      latest.set(credential, { entry, ip: kept(request.ip), protocol: ownCopy(request.protocol) });
    }
  }

  /** Counts one more of these; undefined where there is no room for it. */
  function count(outcome: Outcome): Entry | undefined {
    const key = keyOf(outcome);
    const same = entries.get(key);
    if (!same && entries.size >= maxEntries) return undefined;
    const entry = same ?? { ...asKept(outcome), at: clock.date(), count: 0 };
    entry.count += 1;
    entries.set(key, entry);
    return entry;
  }

  function flush(): void {
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (entries.size > 0) timer ??= setTimeout(flush, every);
    });
  }

  async function writeAll(): Promise<void> {
    const batch = [...entries.values()];
    entries = new Map();
    latest = new Map();
    const { left, refused, error } = await writePiecemeal(batch, write);
    if (error === undefined) {
      if (awaySince !== undefined) log.info('journal.back', { lost });
      awaySince = undefined;
      lost = 0;
      return;
    }
    if (awaySince === undefined) log.warn('journal.away', { why: reasonOf(error) });
    awaySince ??= clock.now();
    // What the database does not take now it will not take later either, and all the rest would wait.
    lost += refused.length;
    putBack(left);
  }

  /** The older ones first: they came first. */
  function putBack(left: readonly Entry[]): void {
    const batch = new Map(left.map((entry) => [keyOf(entry), entry]));
    for (const [key, entry] of entries) {
      const same = batch.get(key);
      if (same) same.count += entry.count;
      else if (batch.size < maxEntries) batch.set(key, entry);
      else lost += entry.count;
    }
    entries = batch;
    latest = new Map();
  }

  async function close(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const all = (async () => {
      await writing;
      if (entries.size > 0) await writeAll();
      clearTimeout(timer);
    })();
    let patience: NodeJS.Timeout | undefined;
    await Promise.race([
      all,
      new Promise<void>((resolve) => {
        patience = setTimeout(resolve, FAREWELL);
      }),
    ]);
    clearTimeout(patience);
    clearTimeout(timer);
  }

  return { record, close };
}

/** Only the name, which comes last, may be made of anything: no other entry has the same key. */
const keyOf = ({ passwordId = '', service, ip = '', why = '', login, domain }: Outcome): string =>
  `${passwordId}\0${service}\0${ip}\0${why}\0${login ?? domain ?? ''}`;

const kept = (text: string | undefined): string | undefined => text && ownCopy(text);

/** All that was cut out of a request, whose password must not stay with it. */
const asKept = ({ login, ip, domain, ...rest }: Outcome): Outcome => ({
  ...rest,
  login: kept(login),
  ip: kept(ip),
  domain: kept(domain),
});

function outcomeOf(
  { user, protocol, ip }: LoginRequest,
  verified: Exclude<Verified, { kind: 'later' }>,
): Outcome {
  const isOk = verified.kind === 'ok';
  return {
    success: isOk,
    login: loginOf(user, verified),
    passwordId: isOk ? verified.credential?.id : undefined,
    label: isOk ? verified.credential?.label : undefined,
    service: isService(protocol) && protocol !== '' ? protocol : 'mail',
    ip: ip !== undefined && isAddress(ip) ? ip : undefined,
    why: whyOf(verified),
    domain: verified.kind === 'unknown' ? domainIn(user) : undefined,
  };
}

function loginOf(user: string, verified: Verified): string | undefined {
  if (verified.kind === 'ok') return verified.account.user;
  return verified.kind === 'unknown' ? undefined : parseLoginName(user);
}

function whyOf(verified: Verified): string | undefined {
  if (verified.kind === 'ok') return undefined;
  return 'because' in verified && verified.because ? `${verified.kind}: ${verified.because}` : verified.kind;
}

function domainIn(user: string): string | undefined {
  const domain = user.slice(user.lastIndexOf('@') + 1).toLowerCase();
  const isOne =
    user.includes('@') && domain.length <= MAX_DOMAIN && /^[a-z0-9.-]+\.[a-z][a-z0-9-]*$/u.test(domain);
  return isOne ? domain : undefined;
}
