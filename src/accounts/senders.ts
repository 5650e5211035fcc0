/** senders — who may send as an address, or as any address of a domain, besides those whose it is. */

import { type Address, type CatchAll, domainOf } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';

type Sender = Address | CatchAll;

export interface SenderFields {
  readonly expiresAt?: Date | null | undefined;
}

/** Lets a user send as `sender`. Its domain may be another host's; the notes say so. */
export async function addSender(
  change: Change,
  sender: Sender,
  who: string,
  fields: SenderFields,
): Promise<Outcome<UserRef & { notes: readonly string[] }>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  if (sender === email) return refused(`${email} may send as itself anyway`, 'nothing needs to be granted');
  if (await hasGrant(change, id, sender)) {
    return refused(
      `${email} may send as ${sender} already`,
      `change it: dovetail sender set ${sender} ${email}`,
    );
  }
  await change.rows(
    `insert into unified.sender_grants (user_id, sender, expires_at)
     values ($1, $2, $3)`,
    [id, sender, fields.expiresAt ?? null],
  );
  await auditSender(change, 'sender.add', sender, user.value, fields);
  const ours = await change.rows('select 1 from unified.mail_domains where domain = $1', [domainOf(sender)]);
  const notes = ours.length > 0 ? [] : [`${domainOf(sender)} is no domain of this host`];
  return done({ ...user.value, notes });
}

export async function setSender(
  change: Change,
  sender: Sender,
  who: string,
  fields: SenderFields,
): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  if (!(await hasGrant(change, user.value.id, sender))) return refusedMissing(sender, user.value);
  await change.rows(
    `update unified.sender_grants
     set expires_at = case when $3 then $4 else expires_at end
     where user_id = $1 and sender = $2`,
    [user.value.id, sender, fields.expiresAt !== undefined, fields.expiresAt ?? null],
  );
  await auditSender(change, 'sender.set', sender, user.value, fields);
  return user;
}

export async function removeSender(change: Change, sender: Sender, who: string): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  if (!(await hasGrant(change, user.value.id, sender))) return refusedMissing(sender, user.value);
  await change.rows(
    `delete from unified.sender_grants
     where user_id = $1 and sender = $2`,
    [user.value.id, sender],
  );
  await auditSender(change, 'sender.remove', sender, user.value, {});
  return user;
}

async function hasGrant(sql: Sql, userId: number, sender: Sender): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from unified.sender_grants
     where user_id = $1 and sender = $2`,
    [userId, sender],
  );
  return rows.length > 0;
}

const refusedMissing = (sender: Sender, { email }: UserRef): Refused =>
  refused(`nobody granted ${sender} to ${email}`, `who may send as it: dovetail sender show ${sender}`);

const auditSender = (
  change: Change,
  action: string,
  sender: Sender,
  user: UserRef,
  fields: SenderFields,
): Promise<void> =>
  audit(change, {
    action,
    resource: 'sender',
    id: sender,
    userId: user.id,
    details: { user: user.email, ...fields },
  });
