/** facts — what the schema says about one key, in the shape in which the cache keeps it.
 *
 * Keys are canonical: an address, a catch-all (`@domain`) or a domain. Whether something is
 * usable is computed by the views, once, so no rule here needs a clock. */

import type { Address, CatchAll, Domain } from '../base/address.ts';
import type { CertificateFacts } from '../certificates/read.ts';
import type { AccessFacts } from '../policy/access/facts.ts';

export interface MailboxFacts {
  /** The login name of the mailbox's user. */
  readonly login: string;
  /** What virtual_mailbox_maps answers: the path below the mail folder, `example.org/alice/`. */
  readonly mailbox: string;
  /** The user may use mail: active, not locked, no `no_email` role, domain active. */
  readonly usable: boolean;
}

/** Who may write to an alias: everybody; users of its domain, and members; members. */
export const allowedSenders = ['public', 'domain', 'members'] as const;
export type AllowedSenders = (typeof allowedSenders)[number];

export interface AliasFacts {
  readonly destination: Address;
  /** Active, not expired, domain active. */
  readonly usable: boolean;
  readonly allowedSenders: AllowedSenders;
}

/** What is known of an address or a catch-all key; a key without facts has none of these. */
export interface AddressFacts {
  readonly mailbox: MailboxFacts | undefined;
  readonly aliases: readonly AliasFacts[];
}

/** Login names that may use an address (or, of a catch-all, its domain) as sender. */
export type SenderFacts = readonly string[];

export interface DomainFacts {
  readonly type: 'virtual' | 'alias' | 'relay' | 'backup';
  readonly usable: boolean;
  /** Only of an alias domain: where its addresses lead. */
  readonly target: Domain | undefined;
}

/** What each map says about a key: value by the map's name. */
export type EntryFacts = Readonly<Record<string, string>>;

/** The secrets of sender rewriting; the first one signs. */
export type SrsSecrets = readonly string[];

/** There is one list of them. */
export const SRS_SECRETS = 'srs_secrets';

export type Facts =
  | CertificateFacts
  | AddressFacts
  | SenderFacts
  | DomainFacts
  | EntryFacts
  | SrsSecrets
  | AccessFacts;

/** What a rule asks for. `hints` are keys it may ask for next, so that one query brings all; `siblings` are addresses about
 * which it asks the same in turn. */
export type Question =
  | {
      readonly about: 'address';
      readonly key: Address | CatchAll;
      readonly hints: readonly (Address | CatchAll)[];
      readonly siblings?: readonly Address[];
    }
  | { readonly about: 'sender'; readonly key: Address | CatchAll }
  | { readonly about: 'domain'; readonly key: Domain; readonly siblings?: readonly Address[] }
  /** `secret`: of maps whose values are passwords. `certificate`: by a name, or `*.example.org`. `access`: what block
   * and allow lists say, by `sender ann@example.net`, `recipient @example.net`; `client`: the same by an IP address. */
  | {
      readonly about: 'entry' | 'secret' | 'certificate' | 'access' | 'client';
      readonly key: string;
      readonly hints: readonly string[];
    }
  | { readonly about: 'srs'; readonly key: typeof SRS_SECRETS };
