/** compare — is this password one of these?
 *
 * The remembered one first, then the cheap schemes, then the costly ones through the queue.
 * Logins with the same password of the same credential that arrive together share one hash. A password that
 * was wrong a moment ago is still wrong while the same hashes are stored: a phone that was not told the new
 * password, and who sends one again and again, cost a hash a minute.
 *
 * security the first refusal of a password has cost at least one hash as we make it for a new password, also where there was
 *          nothing to compare with, and so has the same for nobody: time does not tell who exists
 * bugs     a user with several costly passwords costs several hashes for a wrong one, which does
 *          tell how many there are, as does a hash with larger parameters than ours */

import { type Later, later } from '../base/answer.ts';
import type { Log, LogFields } from '../base/log.ts';
import { ownBytes } from '../base/text.ts';
import type { CredentialFacts } from './facts.ts';
import type { Hashing } from './hashing.ts';
import type { Maker } from './password.ts';
import type { Rehash } from './rehash.ts';
import type { Credential, Remembered } from './remember.ts';
import type { Scheme, Verdict } from './schemes/scheme.ts';
import { parseStoredHash } from './stored-hash.ts';

export type Compared =
  | { readonly kind: 'match'; readonly credential: CredentialFacts }
  | { readonly kind: 'differs' }
  | HalfCompared
  | Later;

/** It is none of those that it could be compared with: a guess, although it is not known to be wrong. */
export interface HalfCompared extends Later {
  readonly isGuess: true;
}

export interface Comparison {
  /** Without a hash: whether this password was right for the credential a short time ago. */
  wasRight(credential: CredentialFacts, password: string): boolean;
  /** `later` when the queue is full, when none of the stored hashes can be read, or when one that needs more memory than there
   * is for hashes could be the right one. */
  compare(attempt: Attempt): Promise<Compared>;
}

export interface Attempt {
  readonly credentials: readonly CredentialFacts[];
  readonly password: string;
  /** Those of the login, for the schemes that have the name in the hash. */
  readonly names: readonly string[];
}

interface Candidate {
  readonly credential: CredentialFacts;
  readonly scheme: Scheme;
  readonly bytes: Buffer;
  /** Bytes that a comparison needs. */
  readonly memory: number;
}

type Tried =
  | { readonly kind: 'match'; readonly candidate: Candidate }
  | { readonly kind: 'none'; readonly legible: boolean; readonly paid: boolean };

const MAX_REPORTED = 1000;

export interface ComparisonParts {
  readonly hashing: Hashing;
  readonly remembered: Remembered;
  /** Passwords that were wrong a moment ago; without it each costs a hash each time. */
  readonly rejected?: Remembered | undefined;
  /** What new passwords are hashed with. */
  readonly preferred: Maker;
  /** Hears of each password that was hashed and right. */
  readonly rehash?: Rehash | undefined;
  readonly log: Log;
}

/** Everything that a password was compared with, and whose it was. What nobody's was is never a user's. */
const allOf = ({ credentials, names }: Attempt): Credential => ({
  id: credentials.length === 0 ? 'none' : 'each',
  hash: JSON.stringify([names, credentials.map(({ id, hash }) => [id, hash])]),
});

export function createComparison(parts: ComparisonParts): Comparison {
  const { hashing, remembered, rejected, preferred, rehash, log } = parts;
  const underWay = new Map<string, Promise<Verdict | Later>>();
  const reported = new Set<string>();

  /** Hashes that can be read, the cheap ones first. */
  const candidatesOf = (credentials: readonly CredentialFacts[]): Candidate[] =>
    credentials
      .flatMap((credential) => {
        const stored = parseStoredHash(credential.hash);
        if (stored.kind === 'hash') {
          const { scheme, bytes } = stored;
          return [{ credential, scheme, bytes, memory: scheme.memory?.(bytes) ?? 0 }];
        }
        reportMalformed(credential, stored.why);
        return [];
      })
      .sort((a, b) => Number(a.scheme.costly) - Number(b.scheme.costly));

  function reportOnce({ id }: CredentialFacts, event: string, fields: LogFields): void {
    if (reported.has(id) || reported.size >= MAX_REPORTED) return;
    reported.add(id);
    log.error(event, { credential: id, ...fields });
  }

  const reportMalformed = (credential: CredentialFacts, why: string): void =>
    reportOnce(credential, 'login.malformed-hash', { why });

  const isOversized = ({ memory }: Candidate): boolean => hashing.objectionTo(memory) !== undefined;

  async function hashOnce(
    { credential, scheme, bytes, memory }: Candidate,
    { password, names }: Attempt,
  ): Promise<Verdict | Later> {
    const text = ownBytes(password);
    if (!scheme.costly) return scheme.verify(text, bytes, names);
    const tag = remembered.tagOf(credential, password);
    const shared = underWay.get(tag);
    if (shared) return shared;
    const own = hashing.run(async () => scheme.verify(text, bytes), memory);
    const verdict = own.then((ran) => (ran.kind === 'later' ? ran : ran.value));
    underWay.set(tag, verdict);
    return verdict.finally(() => underWay.delete(tag));
  }

  /** What a refusal costs at least. */
  async function pay(password: string): Promise<Later | undefined> {
    // A hash that is made costs what one that is verified does.
    const hash = () => preferred.hash(ownBytes(password)).catch(() => undefined);
    const paid = await hashing.run(hash, preferred.memoryOfNew);
    return paid.kind === 'later' ? paid : undefined;
  }

  /** Until one matches. `paid`: the preferred scheme was among them. */
  async function tryEach(attempt: Attempt): Promise<Tried | Later> {
    let legible = false;
    let paid = false;
    for (const candidate of candidatesOf(attempt.credentials)) {
      const { credential, scheme, memory } = candidate;
      const why = hashing.objectionTo(memory);
      if (why !== undefined) {
        const user = attempt.names.at(-1);
        reportOnce(credential, 'login.oversized-hash', { user, scheme: scheme.name, why });
        continue;
      }
      const verdict = await hashOnce(candidate, attempt);
      if (typeof verdict === 'object') return verdict;
      if (verdict === 'match') return { kind: 'match', candidate };
      if (verdict === 'malformed') reportMalformed(credential, `no ${scheme.name} hash that can be verified`);
      else legible = true;
      paid ||= verdict === 'differs' && scheme.name === preferred.name;
    }
    return { kind: 'none', legible, paid };
  }

  async function compare(attempt: Attempt): Promise<Compared> {
    const { credentials, password } = attempt;
    const recalled = credentials.find((one) => wasRight(one, password));
    if (recalled) return { kind: 'match', credential: recalled };
    const rejection = rejected?.tagOf(allOf(attempt), password) ?? '';
    if (rejected?.has(rejection)) return noneOf(credentials);
    const tried = await tryEach(attempt);
    if (tried.kind === 'later') return tried;
    if (tried.kind === 'match') {
      const { candidate } = tried;
      const { credential } = candidate;
      remembered.add(remembered.tagOf(credential, password));
      rehash?.({ ...candidate, password: ownBytes(password) });
      return { kind: 'match', credential };
    }
    const tooMany = tried.paid ? undefined : await pay(password);
    if (tooMany) return tooMany;
    const isLegible = tried.legible || credentials.length === 0;
    if (!isLegible) return later('the stored password hash cannot be verified');
    rejected?.add(rejection);
    return noneOf(credentials);
  }

  /** Of a password that is none of those that it could be compared with. */
  function noneOf(credentials: readonly CredentialFacts[]): Compared {
    if (!candidatesOf(credentials).some(isOversized)) return { kind: 'differs' };
    return { ...later('a stored password hash needs more memory than hashes may have'), isGuess: true };
  }

  const wasRight: Comparison['wasRight'] = (credential, password) =>
    remembered.has(remembered.tagOf(credential, password));

  return { compare, wasRight };
}
