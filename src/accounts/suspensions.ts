/** suspensions — a password that opens nothing for a while, and how it does again. The user's others go on. */

import type { Change } from './change.ts';
import type { UserRef } from './find-user.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { auditPassword, lockedUser, nameOf, type PasswordKey, refusedMissing } from './passwords.ts';

/** Nobody logs in with it until it is restored, or is another password. */
export async function suspendPassword(
  change: Change,
  who: string,
  key: PasswordKey,
  because: string,
): Promise<Outcome<UserRef>> {
  const user = await lockedUser(change, who, key);
  if (user.kind === 'refused') return user;
  const { service, label } = key;
  const [password] = await change.rows<{ was: boolean }>(
    `with found as (
       select id, suspended_at is not null as was
       from unified.user_passwords
       where user_id = $1 and service = $2 and label = $3
       for update
     ), suspended as (
       update unified.user_passwords
       set suspended_at = now(), suspended_because = $4
       where id in (select id from found where not was)
     )
     select was from found`,
    [user.value.id, service, label, because],
  );
  if (!password) return refusedMissing(user.value, key);
  if (password.was) {
    const { email } = user.value;
    return refused(`it is suspended already`, `see: dovetail password list ${email}`);
  }
  await auditPassword(change, 'password.suspend', user.value, key);
  return user;
}

/** What is not said fits every one. */
export interface SuspendedWhich {
  readonly id?: number | undefined;
  readonly service?: string | undefined;
  readonly label?: string | undefined;
}

export interface Restored extends PasswordKey {
  readonly id: number;
  readonly email: string;
  /** Why it was suspended. */
  readonly because: string;
}

/** It opens again what it did before; what was counted until now is forgiven. Refused where none or several fit. */
export async function restorePassword(
  change: Change,
  who: string,
  { id, service, label }: SuspendedWhich,
): Promise<Outcome<Restored>> {
  const user = await lockedUser(change, who, { service: service ?? 'dovecot', label: '' });
  if (user.kind === 'refused') return user;
  const { email } = user.value;
  const found = await change.rows<Omit<Restored, 'email'>>(
    `select id::float8 as id, service, label, suspended_because as because
     from unified.user_passwords
     where user_id = $1
       and suspended_at is not null
       and ($2::bigint is null or id = $2)
       and ($3::text is null or service = $3)
       and ($4::text is null or label = $4)
     order by id
     for update`,
    [user.value.id, id ?? null, service ?? null, label ?? null],
  );
  const [one, ...more] = found;
  if (!one) return refused(`${email} has no such suspended password`, `see: dovetail password list ${email}`);
  if (more.length > 0) {
    const names = found.map((each) => `${each.id} (${nameOf(each)})`).join(', ');
    return refused(`${email} has several that are suspended: ${names}`, 'say which: its number, or --label');
  }
  await change.rows(
    `update unified.user_passwords
     set suspended_at = null, suspended_because = null
     where id = $1`,
    [one.id],
  );
  await auditPassword(change, 'password.restore', user.value, one);
  return done({ ...one, email });
}
