/** password-app-only — `dovetail password app-only`: who must use app passwords for mail. */

import type { AppPasswordRule, Whom } from '../accounts/app-passwords.ts';
import { createReader, makeChange, read, showMoment } from './accounts.ts';
import { failure, type World } from './command.ts';

export interface AppOnlyOptions {
  readonly user?: string;
  readonly domain?: string;
  readonly role?: string;
  readonly off?: true;
}

export async function appOnly(world: World, options: AppOnlyOptions): Promise<void> {
  const what = 'cannot change who must use app passwords';
  const whom = await whomOf(world, what, options);
  if (!whom) return list(world);
  const { allowPlainPasswords, requireAppPasswords } = await import('../accounts/app-passwords.ts');
  const [apply, verb] = options.off ? [allowPlainPasswords, 'may'] : [requireAppPasswords, 'may no longer'];
  const name = await makeChange(world, what, (change) => apply(change, whom));
  const people = { user: name, domain: `Everybody of ${name}`, role: `Whoever has the role ${name}` };
  const sentence = `${people[whom.kind]} ${verb} use the plain password for mail.`;
  if (whom.kind === 'role' && !options.off && !(await isHeld(world, name)))
    world.output.note(`Nobody has the role ${name} now; see: dovetail role list`);
  world.output.done(sentence, { [whom.kind]: name, app_passwords_only: !options.off });
}

async function isHeld(world: World, role: string): Promise<boolean> {
  const { listRoles } = await import('../accounts/listing/roles.ts');
  const { firstOf } = await import('../accounts/paging.ts');
  return (await read(world, (sql) => firstOf(listRoles(sql, { role, limit: 1 })))) !== undefined;
}

async function whomOf(world: World, what: string, options: AppOnlyOptions): Promise<Whom | undefined> {
  const reader = await createReader(world, what);
  const { user, domain, role } = options;
  const named: Whom[] = [
    ...(user === undefined ? [] : [{ kind: 'user', who: user } as const]),
    ...(domain === undefined ? [] : [{ kind: 'domain', domain: reader.domain(domain) } as const]),
    ...(role === undefined ? [] : [{ kind: 'role', role: role.toLowerCase() } as const]),
  ];
  if (named.length > 1 || (named.length === 0 && options.off)) {
    const why = named.length > 1 ? 'several were named' : 'nobody was named';
    throw failure({ what, why, advice: 'give one of --user, --domain, --role', code: 2 });
  }
  return named[0];
}

async function list(world: World): Promise<void> {
  const { listAppPasswordRules } = await import('../accounts/app-passwords.ts');
  const rows = await read(world, listAppPasswordRules);
  await world.output.list<AppPasswordRule>(
    [
      { head: 'WHO', cell: (row) => row.kind },
      { head: 'NAME', cell: (row) => row.name },
      { head: 'SINCE', cell: (row) => showMoment(row.since) },
    ],
    [rows],
  );
}
