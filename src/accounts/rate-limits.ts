/** rate-limits — how much may be sent within how long: for all, for a domain, for a user. */

import type { Domain } from '../base/address.ts';
import { formatSpan } from '../base/span.ts';
import type { CountedBy, Counter } from '../policy/limits/limit.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser } from './find-user.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** Of neither: everybody's. */
export interface LimitOwner {
  readonly user?: string | undefined;
  readonly domain?: Domain | undefined;
}

export interface LimitKey {
  readonly by: CountedBy;
  readonly counter: Counter;
  readonly seconds: number;
}

export interface LimitFields {
  /** null for unlimited. */
  readonly max?: number | null | undefined;
  readonly over?: OverIt | undefined;
}

/** What becomes of who is over it: he comes again, is refused for good, or his password is suspended. */
export type OverIt = 'waits' | 'refused' | 'suspends';

interface Found {
  readonly userId: number | null;
  readonly domain: Domain | null;
  /** `alice@example.org`, `example.org` or `everybody`. */
  readonly name: string;
}

/** `add` is refused where there is such a limit, `set` where there is none. */
export async function writeRateLimit(
  change: Change,
  how: 'add' | 'set',
  owner: LimitOwner,
  key: LimitKey,
  fields: LimitFields,
): Promise<Outcome<Found>> {
  const whose = await findOwner(change, owner);
  if (whose.kind === 'refused') return whose;
  const exists = await hasLimit(change, whose.value, key);
  if (exists && how === 'add') {
    const advice = `change it: dovetail limit set ${wordsOf(owner, key)} --max …`;
    return refused(`${whose.value.name} has such a limit already`, advice);
  }
  if (!exists && how === 'set') return missing(whose.value, owner, key);
  const { userId, domain } = whose.value;
  await change.rows(exists ? UPDATE : INSERT, [
    ...keyOf({ userId, domain }, key),
    fields.max !== undefined,
    fields.max ?? null,
    fields.over === undefined ? null : fields.over === 'refused',
    fields.over === undefined ? null : fields.over === 'suspends',
  ]);
  await auditLimit(change, `limit.${how}`, whose.value, { ...key, ...fields });
  return whose;
}

const WHICH = `user_id is not distinct from $1 and domain is not distinct from $2
       and counted_by = $3 and counter = $4 and window_seconds = $5`;
const UPDATE = `update unified.rate_limits
     set max_count = case when $6 then $7::bigint else max_count end,
       is_permanent = coalesce($8, is_permanent),
       suspends = coalesce($9, suspends)
     where ${WHICH}`;
const INSERT = `insert into unified.rate_limits
       (user_id, domain, counted_by, counter, window_seconds, max_count, is_permanent, suspends)
     select $1, $2, $3, $4, $5, case when $6 then $7::bigint end, coalesce($8, false), coalesce($9, false)`;

export async function removeRateLimit(
  change: Change,
  owner: LimitOwner,
  key: LimitKey,
): Promise<Outcome<Found>> {
  const whose = await findOwner(change, owner);
  if (whose.kind === 'refused') return whose;
  if (!(await hasLimit(change, whose.value, key))) return missing(whose.value, owner, key);
  await change.rows(
    `delete from unified.rate_limits
     where ${WHICH}`,
    keyOf(whose.value, key),
  );
  await auditLimit(change, 'limit.remove', whose.value, { ...key });
  return whose;
}

async function findOwner(sql: Sql, { user, domain }: LimitOwner): Promise<Outcome<Found>> {
  if (user !== undefined) {
    const found = await findUser(sql, user, 'lock');
    if (found.kind === 'refused') return found;
    return done({ userId: found.value.id, domain: null, name: found.value.email });
  }
  if (domain === undefined) return done({ userId: null, domain: null, name: 'everybody' });
  const ours = await sql.rows('select 1 from unified.mail_domains where domain = $1', [domain]);
  if (ours.length > 0) return done({ userId: null, domain, name: domain });
  return refused(`the domain ${domain} does not exist`, `add it first: dovetail domain add ${domain}`);
}

const keyOf = (
  { userId, domain }: Pick<Found, 'userId' | 'domain'>,
  { by, counter, seconds }: LimitKey,
): unknown[] => [userId, domain, by, counter, seconds];

async function hasLimit(sql: Sql, whose: Found, key: LimitKey): Promise<boolean> {
  const rows = await sql.rows(
    `select 1
     from unified.rate_limits
     where ${WHICH}
     for update`,
    keyOf(whose, key),
  );
  return rows.length > 0;
}

/** As shipped there are some too, which no row is behind. */
const missing = ({ name }: Found, owner: LimitOwner, key: LimitKey) =>
  refused(
    `no such limit of ${name} was set`,
    `set one, or lift what comes from elsewhere: dovetail limit add ${wordsOf(owner, key)} …|unlimited`,
  );

/** As on the command line. */
function wordsOf({ user, domain }: LimitOwner, { by, counter, seconds }: LimitKey): string {
  const owner = user === undefined ? domain && ` --domain ${domain}` : ` --user ${user}`;
  return `${counter} ${formatSpan(seconds)}${owner ?? ''}${by === 'user' ? '' : ` --by ${by}`}`;
}

const auditLimit = (
  change: Change,
  action: string,
  { userId, name }: Found,
  details: Readonly<Record<string, unknown>>,
): Promise<void> => audit(change, { action, resource: 'limit', id: name, userId, details });
