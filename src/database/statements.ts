/** statements — all SQL of the lookups: one prepared statement a service view, keys in an array.
 *
 * `changes_in` is the number of seconds until the passing of time alone changes a row's meaning
 * (an alias expires, a lock ends), or null. It is relative, so that the clocks of the two
 * machines need not agree. */

/** `name` is unique: connections remember the plan by it. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

// Someone may have written 'infinity' into an expiry: PostgreSQL 15 fails to subtract from that.
const CHANGES_IN = `case when isfinite(changes_at)
         then extract(epoch from changes_at - now())::float8 end as changes_in`;

interface Changing {
  readonly changes_in: number | null;
}

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

export interface LoginRow extends Changing {
  /** The name asked for: the login name, or the mailbox's address, by which LMTP asks. */
  readonly username: string;
  /** The login name. */
  readonly user: string;
  readonly domain: string;
  readonly user_id: string;
  readonly is_usable: boolean;
}

export const loginFacts: Statement = {
  name: 'login_facts',
  text: `
select username, "user", domain, user_id::text, is_usable, ${CHANGES_IN}
from unified.lookup_logins
where username = any($1::text[])`,
};

/** One password of a user that may use mail; a user may have several. */
export interface CredentialRow extends Changing {
  readonly username: string;
  readonly password_id: string;
  readonly service: string;
  readonly label: string;
  /** `{SCHEME}hash`: never for a log. */
  readonly password: string;
  readonly must_change: boolean;
  readonly is_expired: boolean;
  readonly is_replaced: boolean;
  readonly is_suspended: boolean;
  readonly restored_at: string | null;
  readonly allowed_networks: readonly string[];
  readonly changed_at: string;
}

export const credentials: Statement = {
  name: 'credentials',
  text: `
select username, password_id::text, service, label, password, must_change, is_expired, is_replaced,
       is_suspended, extract(epoch from restored_at)::text as restored_at, allowed_networks, changed_at::text, ${CHANGES_IN}
from unified.lookup_credentials
where username = any($1::text[])
order by password_id`,
};

/** What Dovecot needs to open a mailbox. */
export interface UserRow extends Changing {
  readonly username: string;
  readonly domain: string;
  readonly user: string;
  readonly home: string;
  readonly uid: string;
  readonly gid: string;
  readonly mailbox_format: string;
  readonly mail: string;
  readonly quota_bytes: number | null;
  readonly quota_messages: number | null;
}

export const users: Statement = {
  name: 'users',
  text: `
select username, domain, "user", home, uid::text, gid::text, mailbox_format, mail,
       quota_bytes, quota_messages, ${CHANGES_IN}
from unified.dovecot_users
where username = any($1::text[])`,
};

/** Limits that are null are none. */
export interface QuotaRow {
  readonly address: string;
  readonly login: string;
  readonly storage_limit: number | null;
  readonly storage_usage: number;
  readonly messages_limit: number | null;
  readonly messages_usage: number;
  readonly domain: string;
  readonly domain_limit: number | null;
  /** Seconds. */
  readonly full_for: number | null;
}

export const quotaFacts: Statement = {
  name: 'quota_facts',
  text: `
select address, login, storage_limit::float8, storage_usage::float8, messages_limit::float8, messages_usage::float8,
       domain, domain_limit::float8, full_for
from unified.lookup_quotas
where address = any($1::text[])`,
};

export interface ListedRow {
  readonly user: string;
}

/** The next 400 who may use mail, about as many as one answer's line carries: '' is before them
 * all. The number stands in the text, so that the plan knows that few are wanted. */
export const userPage: Statement = {
  name: 'user_page',
  text: `
select "user"
from unified.dovecot_iterate
where "user" > $1
order by "user"
limit 400`,
};

/** A limit of a login; without a counter: it has none. */
export type RateLimitRow = {
  readonly username: string;
  /** The login name. */
  readonly user: string;
  readonly domain: string;
} & (
  | { readonly counter: null }
  | {
      readonly counter: 'messages' | 'recipients' | 'bytes' | 'new_recipients' | 'new_networks';
      readonly counted_by: 'user' | 'credential' | 'domain' | 'network';
      readonly window_seconds: number;
      readonly max_count: number | null;
      readonly is_permanent: boolean;
      readonly suspends: boolean;
    }
);

export const rateLimits: Statement = {
  name: 'rate_limits',
  text: `
select username, "user", domain, counted_by, counter, window_seconds, max_count::float8 as max_count,
       is_permanent, suspends
from unified.lookup_rate_limits
where username = any($1::text[])`,
};
