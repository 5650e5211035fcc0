/** senders — whose messages are on their way, and with which password each was sent.
 *
 * Asked when the first line about a message is read: that is a moment after Postfix took it, and the session may
 * be over (submissions.ts, `onlyOpenerOf`).
 *
 * limits   so many messages; of more, those go of which nothing was heard for the longest time, and with the
 *          process all */

import { LRUCache } from 'lru-cache';
import type { CredentialFacts } from '../../auth/facts.ts';
import type { Submissions } from '../../auth/submissions.ts';
import { canonicalOf } from '../../base/address.ts';
import type { FactCache } from '../../database/facts.ts';
import type { LimitFacts } from '../limits/limit.ts';
import { findPassword } from '../limits/sent-by.ts';
import type { Told } from './told.ts';

/** With a login of ours. */
export interface Sender {
  readonly login: string;
  readonly client: string;
  /** As it was then; undefined where it is not certain. */
  readonly password: CredentialFacts | undefined;
}

export interface Senders {
  /** Settles when it is known. Never rejects. */
  take(taken: Told & { kind: 'taken' }): Promise<void>;
  /** Goes on as this message; what is heard of the former one counts no more. */
  handOn(message: string, from: string): void;
  remove(message: string): void;
  /** Undefined of who is not ours, or whose first line was not heard. */
  senderOf(message: string): Promise<Sender | undefined>;
}

export interface SendersParts {
  readonly submissions: Pick<Submissions, 'onlyOpenerOf'>;
  /** By login name. */
  readonly credentials: FactCache<readonly CredentialFacts[]>;
  readonly limits: FactCache<LimitFacts>;
  readonly maxMessages?: number;
}

const MAX_MESSAGES = 50_000;

export function createSenders(parts: SendersParts): Senders {
  const { submissions, credentials, limits, maxMessages: max = MAX_MESSAGES } = parts;
  const messages = new LRUCache<string, { readonly sender: Promise<Sender | undefined> }>({ max });

  async function find({
    login: name,
    client,
    servedBy,
  }: Told & { kind: 'taken' }): Promise<Sender | undefined> {
    const facts = await limitsOf(limits, canonicalOf(name));
    if (!facts) return undefined;
    const { login } = facts;
    const opener = await submissions.onlyOpenerOf({ user: login, ip: client, servedBy });
    const found = opener && (await findPassword(credentials, login, opener.credential));
    const isSame = opener?.changedAt === undefined || opener.changedAt === found?.changedAt;
    return { login, client, password: isSame ? found : undefined };
  }

  return {
    async take(taken) {
      const sender = find(taken).catch(() => undefined);
      messages.set(taken.message, { sender });
      await sender;
    },
    handOn(message, from) {
      const before = messages.get(from);
      messages.delete(from);
      // A short queue id is used again: what was known by it is another message.
      if (before) messages.set(message, before);
      else messages.delete(message);
    },
    remove: (message) => void messages.delete(message),
    senderOf: async (message) => messages.get(message)?.sender,
  };
}

/** Undefined where it is not ours, or cannot be read now. */
export async function limitsOf(
  limits: FactCache<LimitFacts>,
  login: string,
): Promise<LimitFacts | undefined> {
  const fact = limits.peek(login) ?? (await limits.load([login])).get(login);
  return fact?.kind === 'known' && fact.value?.login !== '' ? fact.value : undefined;
}
