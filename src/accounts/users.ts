/** users — mailboxes and accounts: who exists.
 *
 * refused  an address or login name that is taken, a domain that is missing or holds no
 *          mailboxes, more users or storage than the domain allows, an alias in the way
 * removing is refused while aliases of other names lead to the mailbox, unless they go with it;
 *          the user's own forwards always do */

import { type Address, domainOf } from '../base/address.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser, type UserRef } from './find-user.ts';
import { lockDomain, refusedStorageOverLimit, refusedUserOverLimit } from './limits.ts';
import { done, type Outcome, type Refused, refused } from './outcome.ts';
import { insertPassword, type PasswordHash } from './passwords.ts';
import { putStorageQuota } from './quotas.ts';
import { lockWays, refusedLoop } from './ways.ts';

export interface NewUser {
  readonly email: Address;
  /** The login name; default: the address. */
  readonly login?: string | undefined;
  /** As a person writes it: the last word is the last name. */
  readonly name?: string | undefined;
  /** Null for an account without a password: nobody can log in until one is added. */
  readonly hash: PasswordHash | null;
  /** Bytes, null for unlimited; undefined: the domain's default counts. */
  readonly quotaBytes?: number | null | undefined;
}

export async function addUser(change: Change, input: NewUser): Promise<Outcome<UserRef>> {
  const domain = await lockDomain(change, domainOf(input.email));
  if (domain.kind === 'refused') return domain;
  if (domain.value.type !== 'virtual')
    return refusedDomainType(domain.value.domain, domain.value.type, domain.value.target);
  const no =
    (await refusedTaken(change, input)) ??
    (await refusedUserOverLimit(change, domain.value)) ??
    (await refusedAliasInTheWay(change, input.email));
  if (no) return no;
  const user = await insertUser(change, input);
  if (input.hash) await insertPassword(change, user.id, { service: 'dovecot', label: '', hash: input.hash });
  if (input.quotaBytes !== undefined) await putStorageQuota(change, user.id, input.quotaBytes);
  const over = await refusedStorageOverLimit(change, domain.value);
  if (over) return over;
  const details = { quota_bytes: input.quotaBytes, login: user.username };
  await audit(change, { action: 'user.add', resource: 'user', id: user.email, userId: user.id, details });
  return done(user);
}

function refusedDomainType(domain: string, type: string, target: string | null): Refused {
  return type === 'alias'
    ? refused(`${domain} is an alias domain of ${target} and holds no mailboxes`, `add the user in ${target}`)
    : refused(`${domain} is a ${type} domain and holds no mailboxes`, 'add the user in a virtual domain');
}

async function refusedTaken(sql: Sql, { email, login }: NewUser): Promise<Refused | undefined> {
  const [taken] = await sql.rows<{ username: string; email: string }>(
    `select username, email
     from unified.users
     where email = $1 or username = $2`,
    [email, login ?? email],
  );
  if (!taken) return undefined;
  const why =
    taken.email === email
      ? `the user ${email} exists already`
      : `the login name ${login} is that of ${taken.email}`;
  return refused(why, `see: dovetail user show ${taken.email}`);
}

/** Mail for the new mailbox would go where the alias leads, and never into the mailbox. */
async function refusedAliasInTheWay(sql: Sql, email: Address): Promise<Refused | undefined> {
  const [alias] = await sql.rows<{ destinations: string }>(
    `select string_agg(destination_email, ', ' order by id) as destinations
     from unified.email_aliases
     where alias_email = $1
     having count(*) > 0`,
    [email],
  );
  return (
    alias &&
    refused(
      `an alias ${email} leads to ${alias.destinations}`,
      `remove it first: dovetail alias remove ${email}`,
    )
  );
}

async function insertUser(sql: Sql, { email, login, name }: NewUser): Promise<UserRef> {
  const [user] = await sql.rows<UserRef>(
    `insert into unified.users (email, username, first_name, last_name)
     values ($1, $2, $3, $4)
     returning id::float8 as id, username, email, domain`,
    [email, login ?? email, ...splitName(name)],
  );
  if (!user) throw new Error('an insert that returned no row');
  return user;
}

/** `Ada King Lovelace` → `Ada King`, `Lovelace`. */
function splitName(name: string | undefined): [first: string | null, last: string | null] {
  const words = name?.trim().split(/\s+/u).filter(Boolean) ?? [];
  const last = words.length > 1 ? (words.pop() as string) : null;
  return [words.join(' ') || null, last];
}

export interface UserFields {
  readonly name?: string | undefined;
  readonly login?: string | undefined;
  readonly locked?: boolean | undefined;
  readonly active?: boolean | undefined;
}

export async function setUser(change: Change, who: string, fields: UserFields): Promise<Outcome<UserRef>> {
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  const [first, last] = splitName(fields.name);
  await change.rows(
    `update unified.users
     set username = coalesce($2, username),
       first_name = case when $3 then $4 else first_name end,
       last_name = case when $3 then $5 else last_name end,
       is_locked = coalesce($6, is_locked),
       is_active = coalesce($7, is_active)
     where id = $1`,
    [
      id,
      fields.login ?? null,
      fields.name !== undefined,
      first,
      last,
      fields.locked ?? null,
      fields.active ?? null,
    ],
  );
  await audit(change, {
    action: 'user.set',
    resource: 'user',
    id: email,
    userId: id,
    details: { ...fields },
  });
  return done({ ...user.value, username: fields.login ?? user.value.username });
}

export async function removeUser(
  change: Change,
  who: string,
  withAliases: boolean,
): Promise<Outcome<UserRef>> {
  await lockWays(change);
  const user = await findUser(change, who, 'lock');
  if (user.kind === 'refused') return user;
  const { id, email } = user.value;
  const leading = await aliasesLeadingTo(change, email);
  if (leading.length > 0 && !withAliases) {
    const some = leading.slice(0, 3).join(', ');
    const names = leading.length > 3 ? `${some} and ${leading.length - 3} more` : some;
    return refused(
      `aliases lead to it: ${names}`,
      'change them first, or give --with-aliases to take it off them',
    );
  }
  await change.rows(
    `delete from unified.email_aliases
     where destination_email = $1 or alias_email = $1`,
    [email],
  );
  await change.rows('delete from unified.users where id = $1', [id]);
  const loop = await refusedLoop(change, [email]);
  if (loop) return loop;
  const details = { user_id: id, login: user.value.username, aliases: leading };
  await audit(change, { action: 'user.remove', resource: 'user', id: email, details });
  return user;
}

async function aliasesLeadingTo(sql: Sql, email: Address): Promise<string[]> {
  const rows = await sql.rows<{ alias_email: string }>(
    `select distinct alias_email
     from unified.email_aliases
     where destination_email = $1
       and alias_email <> $1
     order by alias_email`,
    [email],
  );
  return rows.map((row) => row.alias_email);
}
