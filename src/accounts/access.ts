/** access — the block and allow lists: of the administrator, of a domain, of a user.
 *
 * What is on a list is private to its owner: the audit log tells whose list changed, and how. */

import type { Domain } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser } from './find-user.ts';
import { done, type Outcome, refused } from './outcome.ts';

export const sides = ['sender', 'recipient', 'client'] as const;
export type Side = (typeof sides)[number];
export const verdicts = ['allow', 'block'] as const;
export type Verdict = (typeof verdicts)[number];

/** Whose list: a user's, by address or login name; a domain's; with neither the administrator's. */
export interface ListOf {
  readonly user?: string | undefined;
  readonly domain?: Domain | undefined;
}

export interface Owner {
  readonly userId: number | null;
  readonly domain: Domain | null;
  /** The user's address, `@domain`, or `everybody`. */
  readonly name: string;
}

export interface Subject {
  readonly side: Side;
  /** Canonical: as the schema has it. */
  readonly pattern: string;
}

export interface EntryFields {
  readonly verdict: Verdict;
  readonly note?: string | undefined;
  readonly expiresAt?: Date | null | undefined;
}

/** `lock` holds the user's row until the change ends. */
export async function findOwner(sql: Sql, { user, domain }: ListOf, lock?: 'lock'): Promise<Outcome<Owner>> {
  if (user !== undefined) {
    const found = await findUser(sql, user, lock);
    if (found.kind === 'refused') return found;
    return done({ userId: found.value.id, domain: null, name: found.value.email });
  }
  if (domain === undefined) return done({ userId: null, domain: null, name: 'everybody' });
  const known = await sql.rows('select 1 from unified.mail_domains where domain = $1', [domain]);
  if (known.length === 0) return refused(`there is no domain ${domain}`, 'see: dovetail domain list');
  return done({ userId: null, domain, name: `@${domain}` });
}

export async function addAccess(
  change: Change,
  list: ListOf,
  { side, pattern }: Subject,
  { verdict, note, expiresAt }: EntryFields,
): Promise<Outcome<Owner>> {
  const owner = await findOwner(change, list, 'lock');
  if (owner.kind === 'refused') return owner;
  const { userId, domain, name } = owner.value;
  const [known] = await change.rows<{ verdict: Verdict }>(
    `select verdict
     from unified.access_entries
     where user_id is not distinct from $1 and domain is not distinct from $2 and side = $3 and pattern = $4`,
    [userId, domain, side, pattern],
  );
  if (known) {
    const why = `the list of ${name} has ${pattern} already, as ${known.verdict}`;
    return refused(why, `remove it first: dovetail access remove ${side} ${pattern}${optionOf(list)}`);
  }
  await change.rows(
    `insert into unified.access_entries (user_id, domain, side, pattern, verdict, note, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [userId, domain, side, pattern, verdict, note ?? null, expiresAt ?? null],
  );
  await auditEntry(change, 'access.add', owner.value, { side, pattern }, { verdict, expiresAt });
  return owner;
}

export async function removeAccess(
  change: Change,
  list: ListOf,
  { side, pattern }: Subject,
): Promise<Outcome<Owner>> {
  const owner = await findOwner(change, list, 'lock');
  if (owner.kind === 'refused') return owner;
  const { userId, domain, name } = owner.value;
  const removed = await change.rows(
    `delete from unified.access_entries
     where user_id is not distinct from $1 and domain is not distinct from $2 and side = $3 and pattern = $4
     returning id`,
    [userId, domain, side, pattern],
  );
  if (removed.length === 0) {
    const advice = `see whose lists have it: dovetail access show ${side} ${pattern}`;
    return refused(`${pattern} is not on the list of ${name}`, advice);
  }
  await auditEntry(change, 'access.remove', owner.value, { side, pattern }, {});
  return owner;
}

const optionOf = ({ user, domain }: ListOf): string => {
  if (user !== undefined) return ` --user ${user}`;
  return domain === undefined ? '' : ` --domain ${domain}`;
};

const auditEntry = (
  change: Change,
  action: string,
  owner: Owner,
  { side, pattern }: Subject,
  details: Readonly<Record<string, unknown>>,
): Promise<void> =>
  audit(change, {
    action,
    resource: 'access',
    id: pattern,
    userId: owner.userId,
    details: { list: owner.name, side, ...details },
  });
