/** app-passwords — who must use app passwords for mail: a user, a whole domain, whoever has a role.
 *
 * His plain password (service dovecot, no label) then opens no mail; every other one does. */

import type { Domain } from '../base/address.ts';
import { unreachable } from '../base/answer.ts';
import { printable } from '../base/text.ts';
import { audit, type Change, type Sql } from './change.ts';
import { findUser } from './find-user.ts';
import { done, type Outcome, refused } from './outcome.ts';

export type Whom =
  | { readonly kind: 'user'; readonly who: string }
  | { readonly kind: 'domain'; readonly domain: Domain }
  | { readonly kind: 'role'; readonly role: string };

export interface AppPasswordRule {
  readonly kind: Whom['kind'];
  /** The address, the domain or the role. */
  readonly name: string;
  readonly since: Date;
}

interface Target {
  readonly column: 'user_id' | 'domain' | 'role_name';
  readonly value: number | string;
  readonly name: string;
}

/** Done with the name of whom it is about; also where the rule is there already. */
export const requireAppPasswords = (change: Change, whom: Whom): Promise<Outcome<string>> =>
  changeRule(
    change,
    whom,
    'app_password.require',
    (column) =>
      `insert into unified.app_password_rules (${column}) values ($1) on conflict (${column}) do nothing`,
  );

/** Done also where there is no such rule. */
export const allowPlainPasswords = (change: Change, whom: Whom): Promise<Outcome<string>> =>
  changeRule(
    change,
    whom,
    'app_password.allow_plain',
    (column) => `delete from unified.app_password_rules where ${column} = $1`,
  );

async function changeRule(
  change: Change,
  whom: Whom,
  action: string,
  statement: (column: Target['column']) => string,
): Promise<Outcome<string>> {
  const target = await targetOf(change, whom);
  if (target.kind === 'refused') return target;
  const { column, value, name } = target.value;
  await change.rows(statement(column), [value]);
  await audit(change, { action, resource: whom.kind, id: name, details: {} });
  return done(name);
}

async function targetOf(sql: Sql, whom: Whom): Promise<Outcome<Target>> {
  switch (whom.kind) {
    case 'user': {
      const user = await findUser(sql, whom.who);
      if (user.kind === 'refused') return user;
      return done({ column: 'user_id', value: user.value.id, name: user.value.email });
    }
    case 'domain': {
      const { domain } = whom;
      const rows = await sql.rows('select from unified.mail_domains where domain = $1', [domain]);
      if (rows.length > 0) return done({ column: 'domain', value: domain, name: domain });
      return refused(`there is no domain ${domain}`, `add it first: dovetail domain add ${domain}`);
    }
    case 'role': {
      const { role } = whom;
      if (/^[a-z][a-z0-9_]{0,62}$/u.test(role)) return done({ column: 'role_name', value: role, name: role });
      return refused(`${JSON.stringify(printable(role, 60))} is no role`, 'give admin, user or the like');
    }
    default:
      return unreachable(whom);
  }
}

export const listAppPasswordRules = (sql: Sql): Promise<AppPasswordRule[]> =>
  sql.rows<AppPasswordRule>(
    `select
       case when a.user_id is not null then 'user' when a.domain is not null then 'domain' else 'role' end as kind,
       coalesce(u.email, a.domain, a.role_name) as name,
       a.created_at as since
     from unified.app_password_rules as a
     left join unified.users as u on u.id = a.user_id
     order by 1, 2`,
  );

/** Whether the plain password of this user opens no mail. */
export async function needsAppPassword(sql: Sql, userId: number): Promise<boolean> {
  const [row] = await sql.rows<{ needed: boolean }>('select unified.needs_app_password($1) as needed', [
    userId,
  ]);
  return row?.needed === true;
}
