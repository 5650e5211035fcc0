/** keys — by which greylisting remembers: hashes, so that each has one size however long its addresses are.
 *
 * To make one takes longer than all other rules together, and the same are asked for again and again: they are kept
 * by the words of the request, of which none has a line break in it.
 *
 * limits   two million characters of such words are kept, some 20,000 keys and 10 MB; the longest unused go */

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { canonicalOf } from '../../base/address.ts';
import { networkOf } from '../../base/network.ts';
import { ownCopy, printable } from '../../base/text.ts';

/** What an entry is about, as people read it. */
export interface Subject {
  readonly kind: 'triplet' | 'client' | 'correspondent';
  readonly network: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
}

export interface Keyed extends Subject {
  /** 32 hexadecimal digits. */
  readonly key: string;
}

export interface Keys {
  readonly triplet: Keyed;
  readonly client: Keyed;
  readonly correspondent: Keyed;
}

/** A pool of mail servers sends from one network; an IPv6 customer has a /64. */
const NETWORK = { ipv4: 24, ipv6: 64 } as const;
const MOST = 320;

const kept = new LRUCache<string, Keyed>({ maxSize: 2_000_000, sizeCalculation: (_, words) => words.length });

/** The client's address must be one. */
export const keysOf = (client: string, from: string, to: string): Keys => ({
  triplet: tripletOf(client, from, to),
  client: clientOf(client, from),
  correspondent: correspondentOf(from),
});

function tripletOf(client: string, from: string, to: string): Keyed {
  const words = `triplet\n${client}\n${from}\n${to}`;
  const before = kept.get(words);
  if (before) return before;
  const network = networkOf(client, NETWORK);
  return keep(words, { kind: 'triplet', network, sender: canonical(from), recipient: canonical(to) });
}

/** A network, with mail of the sender's domain. */
export function clientOf(client: string, from: string): Keyed {
  const words = `client\n${client}\n${from}`;
  const before = kept.get(words);
  if (before) return before;
  const sender = canonical(from);
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return keep(words, {
    kind: 'client',
    network: networkOf(client, NETWORK),
    sender: domain,
    recipient: null,
  });
}

export function correspondentOf(address: string): Keyed {
  const words = `correspondent\n${address}`;
  const before = kept.get(words);
  if (before) return before;
  return keep(words, { kind: 'correspondent', network: null, sender: canonical(address), recipient: null });
}

function keep(words: string, subject: Subject): Keyed {
  const { kind, network, sender, recipient } = subject;
  const text = JSON.stringify([kind, network, sender, recipient]);
  const key = createHash('sha256').update(text).digest('hex').slice(0, 32);
  const keyed = { ...subject, key };
  kept.set(ownCopy(words), keyed);
  return keyed;
}

/** What is no address of ours may still be a stranger's. */
const canonical = (text: string): string => ownCopy(printable(canonicalOf(text), MOST));
