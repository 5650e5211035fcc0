/** password-show — `dovetail password list | show`: a user's passwords, without their hashes. */

import type { PasswordKey, PasswordRow } from '../accounts/passwords.ts';
import { accept, read, showMoment } from './accounts.ts';
import { failure, type World } from './command.ts';
import { placeOf } from './password-place.ts';

async function passwordsOfUser(world: World, what: string, who: string): Promise<PasswordRow[]> {
  const { findUser } = await import('../accounts/find-user.ts');
  const { passwordsOf } = await import('../accounts/passwords.ts');
  return read(world, async (sql) => passwordsOf(sql, accept(what, await findUser(sql, who)).id));
}

export async function listPasswords(world: World, who: string): Promise<void> {
  const rows = await passwordsOfUser(world, `cannot list the passwords of ${who}`, who);
  const { weakness } = await import('../auth/weakness.ts');
  await world.output.list<PasswordRow>(
    [
      { head: 'NUMBER', align: 'right', cell: (row) => row.id },
      { head: 'SERVICE', cell: (row) => row.service },
      { head: 'LABEL', cell: (row) => row.label },
      { head: 'SCHEME', cell: (row) => schemeShown(row, weakness.schemes) },
      { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
      { head: 'MUST CHANGE', cell: (row) => row.must_change_on_next_login },
      { head: 'NETWORKS', cell: (row) => row.allowed_networks.join(' ') },
      { head: 'LAST USED', cell: (row) => showMoment(row.last_used_at) },
      { head: 'SINCE', cell: (row) => showMoment(row.changed_at) },
      { head: 'SUSPENDED', cell: suspensionOf },
    ],
    [rows],
  );
}

export async function showPassword(world: World, who: string, key: PasswordKey): Promise<void> {
  const what = `cannot show the password of ${who}`;
  const rows = await passwordsOfUser(world, what, who);
  const { weakness } = await import('../auth/weakness.ts');
  const row = rows.find(({ service, label }) => service === key.service && label === key.label);
  if (!row) {
    throw failure({
      what,
      why: `there is none${placeOf(key)}`,
      advice: `see: dovetail password list ${who}`,
    });
  }
  world.output.record(row, [
    ['user', row.user],
    ['service', row.service],
    ['label', row.label],
    ['scheme', schemeShown(row, weakness.schemes)],
    ['expires', showMoment(row.expires_at)],
    ['must change', row.must_change_on_next_login],
    ['networks', row.allowed_networks.join(' ') || 'anywhere'],
    ['last used', showMoment(row.last_used_at)],
    ['since', showMoment(row.changed_at)],
    ['suspended', suspensionOf(row)],
  ]);
}

/** `2026-11-29 08:30: 401 new recipients …` */
const suspensionOf = ({ suspended_at, suspended_because }: PasswordRow): string | null =>
  suspended_at === null ? null : `${showMoment(suspended_at)}: ${suspended_because}`;

const schemeShown = ({ hash_scheme: name }: PasswordRow, weak: readonly string[]): string =>
  weak.includes(name) ? `${name} (weak)` : name;
