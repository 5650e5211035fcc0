/** passwords — what a user may log in with: one password for all of mail, and app passwords.
 *
 * security  only hashes arrive here, already checked by auth/stored-hash.ts; no outcome, audit
 *           row or error holds one */

import { printable } from '../base/text.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';

export interface PasswordHash {
  /** Dovecot's name: `ARGON2ID`. */
  readonly scheme: string;
  /** Without `{SCHEME}`. */
  readonly text: string;
}

/** Which of a user's passwords: `dovecot` is every mail protocol, '' the one without a label. */
export interface PasswordKey {
  readonly service: string;
  readonly label: string;
}

export interface PasswordFields {
  readonly expiresAt?: Date | null | undefined;
  readonly mustChange?: boolean | undefined;
  /** In CIDR notation; empty: from anywhere. */
  readonly networks?: readonly string[] | undefined;
}

export interface PasswordRow extends PasswordKey {
  readonly id: number;
  readonly user: string;
  readonly hash_scheme: string;
  readonly expires_at: Date | null;
  readonly must_change_on_next_login: boolean;
  readonly allowed_networks: readonly string[];
  readonly changed_at: Date;
  readonly suspended_at: Date | null;
  readonly suspended_because: string | null;
  readonly last_used_at: Date | null;
  readonly created_at: Date;
}

type NewPassword = PasswordKey & PasswordFields & { readonly hash: PasswordHash };

export async function insertPassword(sql: Sql, userId: number, password: NewPassword): Promise<void> {
  const { service, label, hash, expiresAt = null, mustChange = false, networks = [] } = password;
  await sql.rows(
    `insert into unified.user_passwords
       (user_id, service, label, password_hash, hash_scheme, expires_at, must_change_on_next_login,
        allowed_networks)
     values ($1, $2, $3, $4, $5, $6, $7, $8::cidr[])`,
    [userId, service, label, hash.text, hash.scheme, expiresAt, mustChange, networks],
  );
}

export async function addPassword(
  change: Change,
  who: string,
  password: NewPassword,
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, password);
  if (user.kind === 'refused') return user;
  if (await findPassword(change, user.value.id, password)) {
    return refused(
      `${user.value.email} has ${nameOf(password)} already`,
      'give another --label, or change it: dovetail password set',
    );
  }
  await insertPassword(change, user.value.id, password);
  await auditPassword(change, 'password.add', user.value, password);
  return user;
}

/** Changes a password, its expiry, or both; makes the plain one (`dovecot`, no label) if missing. */
export async function setPassword(
  change: Change,
  who: string,
  password: PasswordKey & PasswordFields & { readonly hash?: PasswordHash | undefined },
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, password);
  if (user.kind === 'refused') return user;
  const { hash, expiresAt, mustChange, networks } = password;
  const id = await findPassword(change, user.value.id, password);
  if (id === undefined) {
    if (!hash || password.service !== 'dovecot' || password.label !== '')
      return refusedMissing(user.value, password);
    await insertPassword(change, user.value.id, { ...password, hash });
  } else {
    await change.rows(
      `update unified.user_passwords
       set password_hash = coalesce($2, password_hash),
         hash_scheme = coalesce($3, hash_scheme),
         expires_at = case when $4 then $5 else expires_at end,
         must_change_on_next_login = coalesce($6, must_change_on_next_login and $2::text is null),
         allowed_networks = coalesce($7::cidr[], allowed_networks)
       where id = $1`,
      [
        id,
        hash?.text ?? null,
        hash?.scheme ?? null,
        expiresAt !== undefined,
        expiresAt ?? null,
        mustChange ?? null,
        networks ?? null,
      ],
    );
  }
  await auditPassword(change, 'password.set', user.value, password);
  return user;
}

export async function removePassword(
  change: Change,
  who: string,
  key: PasswordKey,
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, key);
  if (user.kind === 'refused') return user;
  const id = await findPassword(change, user.value.id, key);
  if (id === undefined) return refusedMissing(user.value, key);
  await change.rows('delete from unified.user_passwords where id = $1', [id]);
  await auditPassword(change, 'password.remove', user.value, key);
  return user;
}

/** A user's passwords without their hashes, the plain one first. */
export async function passwordsOf(sql: Sql, userId: number): Promise<PasswordRow[]> {
  return sql.rows<PasswordRow>(
    `select p.id::float8 as id, u.email as "user", p.service, p.label, p.hash_scheme, p.expires_at,
       p.must_change_on_next_login, p.allowed_networks::text[], p.changed_at, p.suspended_at,
       p.suspended_because, p.last_used_at, p.created_at
     from unified.user_passwords p
     join unified.users u on u.id = p.user_id
     where p.user_id = $1
     order by p.service <> 'dovecot', p.service, p.label`,
    [userId],
  );
}

export async function lockedUser(
  change: Change,
  who: string,
  { service }: PasswordKey,
): Promise<Outcome<UserRef>> {
  if (!/^[a-z][a-z0-9_-]{0,62}$/u.test(service)) {
    return refused(
      `${JSON.stringify(printable(service, 60))} is no service`,
      'give dovecot, imap, pop3, smtp, sieve or the like',
    );
  }
  return findUser(change, who, 'lock');
}

async function findPassword(
  sql: Sql,
  userId: number,
  { service, label }: PasswordKey,
): Promise<number | undefined> {
  const [row] = await sql.rows<{ id: number }>(
    `select id::float8 as id
     from unified.user_passwords
     where user_id = $1 and service = $2 and label = $3`,
    [userId, service, label],
  );
  return row?.id;
}

export const nameOf = ({ service, label }: PasswordKey): string =>
  `${service === 'dovecot' ? 'a password' : `a password for ${service}`}${label === '' ? '' : ` with the label ${printable(label, 100)}`}`;

export const refusedMissing = ({ email }: UserRef, key: PasswordKey): Refused =>
  refused(`${email} does not have ${nameOf(key)}`, `see: dovetail password list ${email}`);

export async function auditPassword(
  change: Change,
  action: string,
  user: UserRef,
  key: PasswordKey,
): Promise<void> {
  const { service, label } = key;
  await audit(change, {
    action,
    resource: 'password',
    id: user.email,
    userId: user.id,
    details: { service, label },
  });
}
