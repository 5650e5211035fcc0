/** explain-login — whether a user may log in, what speaks against it, and with which passwords.
 *
 * The verdict is the daemon's; the steps are read from the tables, because the daemon is told
 * nothing of users who may not use mail. */

import type { DomainRow } from '../accounts/listing/domains.ts';
import type { RoleRow } from '../accounts/listing/roles.ts';
import type { UserRow } from '../accounts/listing/users.ts';
import type { PasswordRow } from '../accounts/passwords.ts';
import { unreachable } from '../base/answer.ts';
import { formatSize } from '../base/sizes.ts';
import { printable } from '../base/text.ts';
import type { Step } from '../lookup/explain.ts';
import type { UserOutcome } from '../protocol/login.ts';
import { read, showMoment } from './accounts.ts';
import type { World } from './command.ts';
import { couldNotFindOut, openServices } from './open-services.ts';
import type { Output } from './output.ts';

interface KnownUser {
  readonly user: UserRow | undefined;
  readonly domain: DomainRow | undefined;
  readonly roles: readonly RoleRow[];
  readonly passwords: readonly PasswordRow[];
}

export async function explainLogin(world: World, who: string): Promise<void> {
  const what = `cannot explain the login ${printable(who)}`;
  const services = await openServices(world, what);
  const outcome = await services.logins.find(who);
  if (outcome.kind === 'later') throw couldNotFindOut(what, outcome.why);
  const known = await knownOf(world, who);
  const now = world.clock.date();
  const steps = known
    ? stepsOf(known, now)
    : [{ asked: printable(who), finding: 'no such login name, no such address' }];
  const verdict = verdictOf(outcome, known, now);
  const may = outcome.kind === 'ok' && known?.passwords.some((row) => opens(row, now)) === true;
  if (world.output.json) return world.output.value({ login: who, may_log_in: may, verdict, steps });
  printSteps(world.output, steps);
  world.output.line(`  ⇒ ${verdict}`);
}

export function printSteps(output: Output, steps: readonly Step[]): void {
  const width = Math.max(...steps.map(({ asked }) => asked.length), 0);
  for (const { asked, finding } of steps) output.line(`  ${asked.padEnd(width)}  ${finding}`);
}

async function knownOf(world: World, who: string): Promise<KnownUser | undefined> {
  const { findUser } = await import('../accounts/find-user.ts');
  const { showUser } = await import('../accounts/listing/users.ts');
  const { listDomains } = await import('../accounts/listing/domains.ts');
  const { listRoles } = await import('../accounts/listing/roles.ts');
  const { passwordsOf } = await import('../accounts/passwords.ts');
  const { allOf, firstOf } = await import('../accounts/paging.ts');
  return read(world, async (sql) => {
    const found = await findUser(sql, who);
    if (found.kind === 'refused') return undefined;
    const { id, domain: name } = found.value;
    return {
      user: await showUser(sql, id),
      domain: await firstOf(listDomains(sql, { domain: name })),
      roles: await allOf(listRoles(sql, { userId: id, role: 'no_email' })),
      passwords: await passwordsOf(sql, id),
    };
  });
}

function stepsOf({ user, domain, roles, passwords }: KnownUser, now: Date): Step[] {
  if (!user || !domain) return [];
  return [
    {
      asked: 'user',
      finding: user.username === user.email ? user.email : `${user.email}, login name ${user.username}`,
    },
    { asked: 'account', finding: accountWords(user) },
    {
      asked: 'domain',
      finding: `${domain.domain}, ${domain.is_active ? 'active' : 'switched off: refused'}`,
    },
    ...roles.map((role) => ({ asked: 'role', finding: roleWords(role, now) })),
    ...passwords.map((row) => ({ asked: 'password', finding: passwordWords(row, now) })),
    ...(passwords.length === 0 ? [{ asked: 'password', finding: 'none' }] : []),
    {
      asked: 'mailbox',
      finding: `${user.home_directory}, ${user.mailbox_format}, quota ${formatSize(user.quota_bytes)}`,
    },
  ];
}

function accountWords(user: UserRow): string {
  if (!user.is_active) return 'disabled: refused';
  return user.is_locked ? 'locked: refused' : 'active, not locked';
}

function roleWords(role: RoleRow, now: Date): string {
  const past = role.expires_at !== null && role.expires_at <= now;
  if (past || !role.is_active) return `${role.role}, ${past ? 'expired' : 'switched off'}: does not count`;
  return `${role.role}${role.expires_at ? ` until ${showMoment(role.expires_at)} UTC` : ''}: refused`;
}

function passwordWords(row: PasswordRow, now: Date): string {
  const label = row.label === '' ? '' : ` (${row.label})`;
  const door = row.service === 'dovecot' ? 'every mail protocol' : row.service;
  if (row.expires_at !== null && row.expires_at <= now) {
    return `for ${door}${label}: expired ${showMoment(row.expires_at)} UTC`;
  }
  const state = row.must_change_on_next_login ? 'opens nothing until it is changed' : row.hash_scheme;
  return `for ${door}${label}: ${state}`;
}

const opens = (row: PasswordRow, now: Date): boolean =>
  !row.must_change_on_next_login && (row.expires_at === null || row.expires_at > now);

function verdictOf(outcome: UserOutcome, known: KnownUser | undefined, now: Date): string {
  switch (outcome.kind) {
    case 'ok': {
      const doors = known?.passwords.filter((row) => opens(row, now)).map(({ service }) => service) ?? [];
      if (doors.length === 0)
        return 'gets mail, but may not log in: there is no password that opens anything';
      const named = doors.includes('dovecot') ? 'every mail protocol' : [...new Set(doors)].join(', ');
      return `may log in, with the right password, to ${named}`;
    }
    case 'unknown':
      return 'may not log in: unknown';
    case 'disabled':
      return 'may not log in, and mail to it is refused';
    case 'later':
      return outcome.why;
    default:
      return unreachable(outcome);
  }
}
