/** quotas — how much a user may use. What is set here is kept in bytes or as a plain count. */

import { parseDomain } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { lockDomain, refusedStorageOverLimit } from './limits.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';

export const quotaTypes = ['storage', 'messages', 'files', 'bandwidth', 'connections'] as const;
export type QuotaType = (typeof quotaTypes)[number];

export interface QuotaKey {
  readonly service: string;
  readonly type: QuotaType;
}

export interface QuotaFields {
  /** Bytes or a count; null for unlimited. */
  readonly value: number | null;
  /** Null: as the daemon is set; undefined: as it was. */
  readonly warningPercent?: number | null | undefined;
}

const STORAGE: QuotaKey = { service: 'dovecot', type: 'storage' };
const isBytes = (type: QuotaType): boolean => type === 'storage' || type === 'bandwidth';

/** The user's own limit instead of the domain's default; null for unlimited. */
export const putStorageQuota = (sql: Sql, userId: number, bytes: number | null): Promise<void> =>
  putQuota(sql, userId, STORAGE, { value: bytes });

async function putQuota(sql: Sql, userId: number, key: QuotaKey, fields: QuotaFields): Promise<void> {
  const { service, type } = key;
  // The usage is counted in the row's unit, so it is converted with it.
  await sql.rows(
    `insert into unified.user_quotas as q
       (user_id, service, quota_type, quota_value, quota_unit, follows_domain, warning_percent)
     values ($1, $2, $3, $4, $5, false, $6)
     on conflict (user_id, service, quota_type) do update
     set quota_value = excluded.quota_value,
       quota_unit = excluded.quota_unit,
       current_usage = unified.quota_base_units(q.current_usage, q.quota_unit),
       follows_domain = false,
       warning_percent = case when $7 then $6 else q.warning_percent end`,
    [
      ...[userId, service, type, fields.value, isBytes(type) ? 'bytes' : 'count'],
      fields.warningPercent ?? null,
      fields.warningPercent !== undefined,
    ],
  );
}

/** `add` is refused where the user has such a limit of its own, `set` where there is none. */
export async function writeQuota(
  change: Change,
  how: 'add' | 'set',
  who: string,
  key: QuotaKey,
  fields: QuotaFields,
): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who);
  if (user.kind === 'refused') return (await refusedDomain(change, who)) ?? user;
  const { id, email, domain: name } = user.value;
  const domain = await lockDomain(change, name);
  if (domain.kind === 'refused') return domain;
  const exists = await hasQuota(change, id, key);
  if (exists && how === 'add') {
    return refused(`${email} has a ${key.type} quota already`, `change it: dovetail quota set ${email}`);
  }
  await putQuota(change, id, key, fields);
  const over = key.type === 'storage' ? await refusedStorageOverLimit(change, domain.value) : undefined;
  if (over) return over;
  const details = { ...key, ...fields };
  await audit(change, { action: `quota.${how}`, resource: 'quota', id: email, userId: id, details });
  return user;
}

async function refusedDomain(sql: Sql, text: string): Promise<Refused | undefined> {
  const domain = parseDomain(text.replace(/^@/u, ''));
  const rows = domain ? await sql.rows('select from unified.mail_domains where domain = $1', [domain]) : [];
  if (rows.length === 0) return undefined;
  const set = `dovetail domain set ${domain}`;
  const advice = `for all its mailboxes together: ${set} --quota 500G; for each of them: ${set} --default-user-quota 2G`;
  return refused(`${domain} is a domain`, advice);
}

/** The domain's default counts again. The usage that is known stays known. */
export async function removeQuota(change: Change, who: string, key: QuotaKey): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who);
  if (user.kind === 'refused') return user;
  const { id, email, domain: name } = user.value;
  const domain = await lockDomain(change, name);
  if (domain.kind === 'refused') return domain;
  if (!(await hasQuota(change, id, key))) {
    return refused(`${email} has no ${key.type} quota of its own`, `see: dovetail quota list ${email}`);
  }
  await change.rows(
    `update unified.user_quotas
     set quota_value = null, follows_domain = true
     where user_id = $1 and service = $2 and quota_type = $3`,
    [id, key.service, key.type],
  );
  const over = key.type === 'storage' ? await refusedStorageOverLimit(change, domain.value) : undefined;
  if (over) return over;
  await audit(change, {
    action: 'quota.remove',
    resource: 'quota',
    id: email,
    userId: id,
    details: { ...key },
  });
  return user;
}

async function hasQuota(sql: Sql, userId: number, { service, type }: QuotaKey): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from unified.user_quotas
     where user_id = $1 and service = $2 and quota_type = $3 and not follows_domain`,
    [userId, service, type],
  );
  return rows.length > 0;
}
