/** explain-login — whether a user may log in, what speaks against it, and with which passwords.
 *
 * The verdict is the daemon's; the steps are read from the tables, because the daemon is told
 * nothing of users who may not use mail. What stands against a password is judged by the daemon's rule. */

import type { DomainRow } from '../accounts/listing/domains.ts';
import type { RoleRow } from '../accounts/listing/roles.ts';
import type { UserRow } from '../accounts/listing/users.ts';
import type { PasswordRow } from '../accounts/passwords.ts';
import { type Objection, objectionAnywhere, objectionTo } from '../auth/admit.ts';
import { opens } from '../auth/services.ts';
import { unreachable } from '../base/answer.ts';
import { formatSize } from '../base/sizes.ts';
import { printable } from '../base/text.ts';
import type { Step } from '../lookup/explain.ts';
import type { UserOutcome } from '../protocol/login.ts';
import { createReader, read, showMoment } from './accounts.ts';
import type { World } from './command.ts';
import { guessingOf, guessWords } from './explain-guessing.ts';
import { restoring } from './explain-passwords.ts';
import { couldNotFindOut, openServices } from './open-services.ts';
import type { Output } from './output.ts';

interface KnownUser {
  readonly user: UserRow | undefined;
  readonly domain: DomainRow | undefined;
  readonly roles: readonly RoleRow[];
  readonly passwords: readonly PasswordRow[];
  /** The plain password opens no mail. */
  readonly isAppOnly: boolean;
}

/** From where, and to what; undefined is untold. */
export interface Way {
  readonly ip: string | undefined;
  readonly protocol: string | undefined;
}

export async function explainLogin(world: World, who: string, way: Way): Promise<void> {
  const what = `cannot explain the login ${printable(who)}`;
  const reader = await createReader(world, what);
  reader.optional(reader.client, way.ip);
  const services = await openServices(world, what);
  const outcome = await services.logins.find(who);
  if (outcome.kind === 'later') throw couldNotFindOut(what, outcome.why);
  const known = await knownOf(world, who);
  const now = world.clock.date();
  const guess =
    way.ip === undefined ? undefined : await guessingOf(world, services.database, { user: who, ip: way.ip });
  const steps = known
    ? stepsOf(known, way, now)
    : [{ asked: printable(who), finding: 'no such login name, no such address' }];
  if (guess) steps.push({ asked: 'guessing', finding: guessWords(guess) });
  const isRefused = guess?.kind === 'counted' && guess.verdict === 'refuse' && !guess.shadow;
  const doors = known ? openDoors(known, way, now) : [];
  const verdict = isRefused
    ? `may not log in from ${way.ip} now, whatever the password: too many wrong ones came from there`
    : verdictOf(outcome, doors);
  const may = outcome.kind === 'ok' && doors.length > 0 && !isRefused;
  const guessing = guess ? { guessing: guess } : {};
  if (world.output.json)
    return world.output.value({ login: who, may_log_in: may, verdict, steps, ...guessing });
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
  const { needsAppPassword } = await import('../accounts/app-passwords.ts');
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
      isAppOnly: await needsAppPassword(sql, id),
    };
  });
}

function stepsOf(known: KnownUser, way: Way, now: Date): Step[] {
  const { user, domain, roles, passwords } = known;
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
    ...passwords.map((row) => ({ asked: 'password', finding: passwordWords(row, known, way, now) })),
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

/** By the daemon's own rule; without an address networks do not speak against it. */
function objectionOf(
  row: PasswordRow,
  { isAppOnly }: KnownUser,
  { ip }: Way,
  now: Date,
): Objection | undefined {
  const facts = {
    isReplaced: isAppOnly && row.service === 'dovecot' && row.label === '',
    isExpired: row.expires_at !== null && row.expires_at <= now,
    mustChange: row.must_change_on_next_login,
    isSuspended: row.suspended_at !== null,
    networks: row.allowed_networks,
  };
  return ip === undefined ? objectionAnywhere(facts) : objectionTo(facts, { ip });
}

function passwordWords(row: PasswordRow, known: KnownUser, way: Way, now: Date): string {
  const label = row.label === '' ? '' : ` (${row.label})`;
  const name = `for ${row.service === 'dovecot' ? 'every mail protocol' : row.service}${label}`;
  const networks = row.allowed_networks.length > 0 ? `, from ${row.allowed_networks.join(', ')} only` : '';
  if (way.protocol !== undefined && !opens(row.service, way.protocol)) {
    return `${name}: not for ${printable(way.protocol)}`;
  }
  const until = row.expires_at === null ? '' : `, until ${showMoment(row.expires_at)} UTC`;
  const objection = objectionOf(row, known, way, now)?.because;
  switch (objection) {
    case undefined:
      return `${name}: ${row.hash_scheme}${networks}${until}`;
    case 'expired':
      return `${name}: expired ${row.expires_at ? showMoment(row.expires_at) : ''} UTC`;
    case 'suspended':
      return `${name}: suspended since ${showMoment(row.suspended_at)} UTC: ${row.suspended_because}; ${undoing(row, known)}`;
    case 'must-change':
      return `${name}: opens nothing until it is changed`;
    case 'network':
      return `${name}: not from ${printable(way.ip ?? '')}${networks}`;
    case 'app-password-needed':
      return `${name}: opens no mail, for this user must use app passwords`;
    default:
      return unreachable(objection);
  }
}

function undoing({ id }: PasswordRow, { user, passwords }: KnownUser): string {
  const suspended = passwords.filter((row) => row.suspended_at !== null).length;
  return `${restoring(user?.email ?? '', id, suspended)} undoes it`;
}

/** The services of the passwords that open something on this way. */
function openDoors(known: KnownUser, way: Way, now: Date): string[] {
  return known.passwords
    .filter(({ service }) => way.protocol === undefined || opens(service, way.protocol))
    .filter((row) => !objectionOf(row, known, way, now))
    .map(({ service }) => service);
}

function verdictOf(outcome: UserOutcome, doors: readonly string[]): string {
  switch (outcome.kind) {
    case 'ok': {
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
