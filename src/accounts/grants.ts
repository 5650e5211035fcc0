/** grants — who may send as an address, or manage it, besides those whose it is; or as, and at, any
 * address of a domain.
 *
 * Each right is granted for itself: none of them, and no membership in an alias, brings another along. */

import { domainOf } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import { type Granted, type Right, sending } from './rights.ts';

export interface GrantFields {
  readonly expiresAt?: Date | null | undefined;
}

/** Its domain may be another host's; the notes say so. */
export async function addGrant(
  change: Change,
  right: Right,
  address: Granted,
  who: string,
  fields: GrantFields,
): Promise<Outcome<UserRef & { notes: readonly string[] }>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  if (right === sending && address === email) {
    return refused(`${email} may send as itself anyway`, 'nothing needs to be granted');
  }
  if (await hasGrant(change, right, id, address)) {
    return refused(
      `${email} may ${right.verb} ${address} already`,
      `change it: dovetail ${right.name} set ${address} ${email}`,
    );
  }
  await change.rows(
    `insert into ${right.table} (user_id, ${right.column}, expires_at)
     values ($1, $2, $3)`,
    [id, address, fields.expiresAt ?? null],
  );
  await auditGrant(change, right, 'add', address, user.value, fields);
  const ours = await change.rows('select 1 from unified.mail_domains where domain = $1', [domainOf(address)]);
  const notes = ours.length > 0 ? [] : [`${domainOf(address)} is no domain of this host`];
  return done({ ...user.value, notes });
}

export async function setGrant(
  change: Change,
  right: Right,
  address: Granted,
  who: string,
  fields: GrantFields,
): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  if (!(await hasGrant(change, right, user.value.id, address)))
    return refusedMissing(right, address, user.value);
  await change.rows(
    `update ${right.table}
     set expires_at = case when $3 then $4 else expires_at end
     where user_id = $1 and ${right.column} = $2`,
    [user.value.id, address, fields.expiresAt !== undefined, fields.expiresAt ?? null],
  );
  await auditGrant(change, right, 'set', address, user.value, fields);
  return user;
}

export async function removeGrant(
  change: Change,
  right: Right,
  address: Granted,
  who: string,
): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  if (!(await hasGrant(change, right, user.value.id, address)))
    return refusedMissing(right, address, user.value);
  await change.rows(
    `delete from ${right.table}
     where user_id = $1 and ${right.column} = $2`,
    [user.value.id, address],
  );
  await auditGrant(change, right, 'remove', address, user.value, {});
  return user;
}

async function hasGrant(sql: Sql, right: Right, userId: number, address: Granted): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from ${right.table}
     where user_id = $1 and ${right.column} = $2`,
    [userId, address],
  );
  return rows.length > 0;
}

const refusedMissing = ({ name, verb }: Right, address: Granted, { email }: UserRef): Refused =>
  refused(
    `nobody granted ${email} to ${verb} ${address}`,
    `who was granted it: dovetail ${name} show ${address}`,
  );

const auditGrant = (
  change: Change,
  right: Right,
  deed: 'add' | 'set' | 'remove',
  address: Granted,
  user: UserRef,
  fields: GrantFields,
): Promise<void> =>
  audit(change, {
    action: `${right.name}.${deed}`,
    resource: right.name,
    id: address,
    userId: user.id,
    details: { user: user.email, ...fields },
  });
