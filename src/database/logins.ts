/** logins — the SQL of who may log in, and where his mail lies, see auth/. */

import { CHANGES_IN, type Changing, type Statement } from './statement.ts';

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

const passwordsIn = (view: string): string => `
select username, password_id::text, service, label, password, must_change, is_expired, is_replaced,
       is_suspended, extract(epoch from restored_at)::text as restored_at, allowed_networks, extract(epoch from changed_at)::text as changed_at,
       ${CHANGES_IN}
from ${view}
where username = any($1::text[])
order by password_id`;

export const credentials: Statement = {
  name: 'credentials',
  text: passwordsIn('unified.lookup_credentials'),
};

/** Rows as of `credentials`, also of users who may not use mail: `password` is `{SCHEME}iterations,salt`. */
export const salts: Statement = { name: 'salts', text: passwordsIn('unified.lookup_salts') };

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
