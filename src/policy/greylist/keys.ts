/** keys — by which greylisting remembers: hashes, so that each has one size however long its addresses are. */

import { createHash } from 'node:crypto';
import { parseAddress } from '../../base/address.ts';
import { networkOf } from '../../base/network.ts';
import { printable } from '../../base/text.ts';

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

/** The client's address must be one. */
export function keysOf(client: string, from: string, to: string): Keys {
  const network = networkOf(client, NETWORK);
  const sender = canonical(from);
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return {
    triplet: keyed({ kind: 'triplet', network, sender, recipient: canonical(to) }),
    client: keyed({ kind: 'client', network, sender: domain, recipient: null }),
    correspondent: correspondentOf(from),
  };
}

export const correspondentOf = (address: string): Keyed =>
  keyed({ kind: 'correspondent', network: null, sender: canonical(address), recipient: null });

function keyed(subject: Subject): Keyed {
  const { kind, network, sender, recipient } = subject;
  const text = JSON.stringify([kind, network, sender, recipient]);
  return { ...subject, key: createHash('sha256').update(text).digest('hex').slice(0, 32) };
}

/** What is no address of ours may still be a stranger's. */
const canonical = (text: string): string => printable(parseAddress(text) ?? text.toLowerCase(), MOST);
