/** lookups — the SQL of where mail goes, see lookup/ and certificates/. */

import { CHANGES_IN, type Changing, type Statement } from './statement.ts';

/** A mailbox or a destination, for `address` or `@domain`. */
export interface AddressRow extends Changing {
  readonly address: string;
  readonly kind: 'mailbox' | 'alias';
  /** The mailbox's path, the alias's destination. */
  readonly value: string;
  /** Only of a mailbox. */
  readonly login: string | null;
  /** Only of an alias. */
  readonly allowed_senders: 'public' | 'domain' | 'members' | null;
  readonly is_usable: boolean;
}

export const addressFacts: Statement = {
  name: 'address_facts',
  text: `
select address, kind, value, login, allowed_senders, is_usable, ${CHANGES_IN}
from unified.lookup_addresses
where address = any($1::text[])
order by sort`,
};

/** A login that may send as `sender`, an address or `@domain`; if it is not usable, then later. */
export interface SenderRow extends Changing {
  readonly sender: string;
  readonly login: string;
  readonly is_usable: boolean;
}

export const senderFacts: Statement = {
  name: 'sender_facts',
  text: `
select sender, login, is_usable, ${CHANGES_IN}
from unified.lookup_senders
where sender = any($1::text[])`,
};

export interface DomainRow extends Changing {
  readonly domain: string;
  readonly domain_type: 'virtual' | 'alias' | 'relay' | 'backup';
  readonly target_domain: string | null;
  readonly is_usable: boolean;
}

export const domainFacts: Statement = {
  name: 'domain_facts',
  text: `
select domain, domain_type, target_domain, is_usable, ${CHANGES_IN}
from unified.lookup_domains
where domain = any($1::text[])`,
};

/** What one map says about a key: an address, `@domain`, a domain, a network. */
export interface EntryRow {
  readonly key: string;
  readonly map: string;
  readonly value: string;
}

export const entryFacts: Statement = {
  name: 'entry_facts',
  text: `
select key, map, value
from unified.lookup_entries
where key = any($1::text[])`,
};

/** The values are passwords in clear text: never for a log. */
export const secretFacts: Statement = {
  name: 'secret_facts',
  text: `
select key, map, value
from unified.lookup_secret_entries
where key = any($1::text[])`,
};

export interface SrsSecretRow extends Changing {
  readonly secret: string;
}

/** In clear text, the newest first: never for a log. */
export const srsSecrets: Statement = {
  name: 'srs_secrets',
  text: `
select secret, ${CHANGES_IN}
from unified.lookup_srs_secrets
order by id desc`,
};

export interface CertificateRow extends Changing {
  readonly names: readonly string[];
  readonly private_key_path: string;
  /** The whole chain, or the certificate alone, with the rest of the chain at `chain_path`. */
  readonly certificate_path: string;
  readonly chain_path: string | null;
}

/** Of a name the one that ends last comes first. */
export const certificates: Statement = {
  name: 'certificates',
  text: `
select names, private_key_path, certificate_path, chain_path, ${CHANGES_IN}
from unified.lookup_certificates
where names && $1::text[]
order by not_after desc nulls last, id desc`,
};
