/** book — answers the questions of the rules: from memory at once, else from the database.
 *
 * The hot path is synchronous: no promise, no tick, when all facts are in memory. What the
 * database could not tell is `later`, and so is an absence that rests on a last-known fact. */

import { domainOf } from '../base/address.ts';
import { type Answer, found, later, type Soon, unreachable } from '../base/answer.ts';
import type { Instant } from '../base/clock.ts';
import type { CertificateFacts } from '../certificates/read.ts';
import type { Fact, FactCache } from '../database/facts.ts';
import type { AccessFacts } from '../policy/access/facts.ts';
import type {
  AddressFacts,
  DomainFacts,
  EntryFacts,
  Facts,
  Question,
  SenderFacts,
  SrsSecrets,
} from './facts.ts';
import type { Asking } from './resolve.ts';

export interface Book {
  /** Runs a rule to its end. Never throws or rejects for want of a database. If the answer rests on
   * trusted memory alone, `onTrusted` is told until when. */
  answer<T>(asking: Asking<Answer<T>>, onTrusted?: (until: Instant) => void): Soon<Answer<T>>;
}

type About = Question['about'];
type Loaded = Readonly<Record<About, Map<string, Fact<Facts>>>>;
type Step<T> = IteratorResult<Question, Answer<T>>;

export function createBook(caches: {
  addresses: FactCache<AddressFacts>;
  senders: FactCache<SenderFacts>;
  domains: FactCache<DomainFacts>;
  entries: FactCache<EntryFacts>;
  /** Entries whose values are passwords. */
  secrets: FactCache<EntryFacts>;
  srs: FactCache<SrsSecrets>;
  certificates: FactCache<CertificateFacts>;
  access: FactCache<AccessFacts>;
  clientAccess: FactCache<AccessFacts>;
}): Book {
  const cacheAbout: Readonly<Record<About, FactCache<Facts>>> = {
    address: caches.addresses,
    sender: caches.senders,
    domain: caches.domains,
    entry: caches.entries,
    secret: caches.secrets,
    srs: caches.srs,
    certificate: caches.certificates,
    access: caches.access,
    client: caches.clientAccess,
  };

  const answer: Book['answer'] = (asking, onTrusted) => {
    let until = Number.POSITIVE_INFINITY;
    let step = asking.next();
    while (!step.done) {
      const fact = cacheAbout[step.value.about].peek(step.value.key);
      if (!fact) return answerLoading(asking, step);
      until = Math.min(until, fact.trustedUntil ?? Number.NEGATIVE_INFINITY);
      step = asking.next(fact);
    }
    onTrusted?.(until);
    return step.value;
  };

  /** Facts that were loaded for one answer stay at hand for it, however small the cache is. */
  async function answerLoading<T>(asking: Asking<Answer<T>>, first: Step<T>): Promise<Answer<T>> {
    const loaded = {
      address: new Map(),
      sender: new Map(),
      domain: new Map(),
      entry: new Map(),
      secret: new Map(),
      srs: new Map(),
      certificate: new Map(),
      access: new Map(),
      client: new Map(),
    };
    let lastKnown = false;
    let step = first;
    while (!step.done) {
      const fact = await factFor(step.value, loaded);
      if (fact.kind === 'later') return fact;
      lastKnown ||= fact.lastKnown;
      step = asking.next(fact);
    }
    const unproven = lastKnown && step.value.kind === 'absent';
    return unproven ? later('the database is away, so an absence cannot be proven') : step.value;
  }

  async function factFor(question: Question, loaded: Loaded): Promise<Fact<Facts>> {
    const { about, key: wanted } = question;
    const [cache, here] = [cacheAbout[about], loaded[about]];
    const known = cache.peek(wanted) ?? here.get(wanted);
    if (known) return known;
    const missing = [...new Set(othersOf(question))].filter(
      (key) => key !== wanted && !here.has(key) && !cache.peek(key),
    );
    for (const [key, fact] of await cache.load([wanted, ...missing])) here.set(key, fact);
    return here.get(wanted) ?? later(`no fact about ${about} was loaded`);
  }

  return { answer };
}

/** What will be asked for next, as far as is known. */
function othersOf(question: Question): readonly string[] {
  switch (question.about) {
    case 'address':
      return [...question.hints, ...(question.siblings ?? [])];
    case 'domain':
      return (question.siblings ?? []).map(domainOf);
    case 'sender':
    case 'srs':
      return [];
    case 'entry':
    case 'secret':
    case 'certificate':
    case 'access':
    case 'client':
      return question.hints;
    default:
      return unreachable(question);
  }
}

/** A rule's plain result as an answer: for `explain`, which wants more than found or absent. */
export function* asAnswer<T>(asking: Asking<T>): Asking<Answer<T>> {
  return found(yield* asking);
}
