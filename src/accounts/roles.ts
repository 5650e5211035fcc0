/** roles — what a user may do, and what not: `no_email` denies all mail. */

import { printable } from '../base/text.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';

export interface RoleKey {
  readonly role: string;
  /** One service, or `global`. */
  readonly service: string;
}

export interface RoleFields {
  readonly expiresAt?: Date | null | undefined;
  readonly active?: boolean | undefined;
}

export interface RoleRow {
  readonly id: number;
  readonly email: string;
  readonly role_name: string;
  readonly service: string;
  readonly is_active: boolean;
  readonly expires_at: Date | null;
  readonly granted_at: Date;
  readonly inherited_from: string | null;
}

export async function addRole(
  change: Change,
  who: string,
  key: RoleKey,
  fields: RoleFields,
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, key);
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  if (await hasRole(change, id, key)) {
    return refused(
      `${email} has ${nameOf(key)} already`,
      `change it: dovetail role set ${email} ${key.role}`,
    );
  }
  await change.rows(
    `insert into unified.user_roles (user_id, role_name, service, expires_at)
     values ($1, $2, $3, $4)`,
    [id, key.role, key.service, fields.expiresAt ?? null],
  );
  await auditRole(change, 'role.add', user.value, { ...key, ...fields });
  return user;
}

export async function setRole(
  change: Change,
  who: string,
  key: RoleKey,
  fields: RoleFields,
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, key);
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  if (!(await hasRole(change, id, key))) return refusedMissing(email, key);
  await change.rows(
    `update unified.user_roles
     set expires_at = case when $4 then $5 else expires_at end,
       is_active = coalesce($6, is_active)
     where user_id = $1 and role_name = $2 and service = $3`,
    [
      id,
      key.role,
      key.service,
      fields.expiresAt !== undefined,
      fields.expiresAt ?? null,
      fields.active ?? null,
    ],
  );
  await auditRole(change, 'role.set', user.value, { ...key, ...fields });
  return user;
}

export async function removeRole(change: Change, who: string, key: RoleKey): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, key);
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  if (!(await hasRole(change, id, key))) return refusedMissing(email, key);
  await change.rows(
    `delete from unified.user_roles
     where user_id = $1 and role_name = $2 and service = $3`,
    [id, key.role, key.service],
  );
  await auditRole(change, 'role.remove', user.value, { ...key });
  return user;
}

async function lockedUser(
  change: Change,
  who: string,
  { role, service }: RoleKey,
): Promise<Outcome<UserRef>> {
  if (!/^[a-z][a-z0-9_]{0,62}$/u.test(role)) {
    return refused(
      `${JSON.stringify(printable(role, 60))} is no role`,
      'give admin, moderator, no_email, send_as_any or the like',
    );
  }
  if (!/^[a-z][a-z0-9_-]{0,62}$/u.test(service)) {
    return refused(
      `${JSON.stringify(printable(service, 60))} is no service`,
      'give global, imap, api or the like',
    );
  }
  return findUser(change, who, 'lock');
}

async function hasRole(sql: Sql, userId: number, { role, service }: RoleKey): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from unified.user_roles
     where user_id = $1 and role_name = $2 and service = $3`,
    [userId, role, service],
  );
  return rows.length > 0;
}

const nameOf = ({ role, service }: RoleKey): string =>
  service === 'global' ? `the role ${role}` : `the role ${role} for ${service}`;

const refusedMissing = (email: string, key: RoleKey): Refused =>
  refused(`${email} does not have ${nameOf(key)}`, `see: dovetail role list ${email}`);

const auditRole = (
  change: Change,
  action: string,
  user: UserRef,
  details: RoleKey & RoleFields,
): Promise<void> =>
  audit(change, { action, resource: 'role', id: user.email, userId: user.id, details: { ...details } });
