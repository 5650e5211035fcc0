/** password-report — `dovetail password report`: which schemes are in use, and whose password is weak. */

import type { SchemeCount, WeakPassword } from '../accounts/listing/passwords.ts';
import { createReader, read, readLimit, showMoment } from './accounts.ts';
import type { World } from './command.ts';
import type { Column } from './output.ts';

export interface ReportOptions {
  readonly domain?: string;
  readonly limit?: string;
}

const COUNTS: readonly Column<SchemeCount>[] = [
  { head: 'SCHEME', cell: (row) => row.scheme },
  { head: 'WEAK', cell: (row) => row.is_weak },
  { head: 'PASSWORDS', align: 'right', cell: (row) => row.passwords },
  { head: 'USERS', align: 'right', cell: (row) => row.users },
];

const WEAK: readonly Column<WeakPassword>[] = [
  { head: 'USER', cell: (row) => row.user },
  { head: 'SERVICE', cell: (row) => row.service },
  { head: 'LABEL', cell: (row) => row.label },
  { head: 'SCHEME', cell: (row) => row.scheme },
  { head: 'LAST USED', cell: (row) => showMoment(row.last_used_at) },
  { head: 'LAST LOGIN', cell: (row) => showMoment(row.last_login_at) },
];

export async function reportPasswords(world: World, options: ReportOptions): Promise<void> {
  const what = 'cannot report on passwords';
  const reader = await createReader(world, what);
  const domain = reader.optional(reader.domain, options.domain);
  const limit = readLimit(what, options.limit);
  const { countSchemes, listWeakPasswords } = await import('../accounts/listing/passwords.ts');
  const { weakness } = await import('../auth/weakness.ts');
  await read(world, async (sql) => {
    const schemes = await countSchemes(sql, weakness, domain);
    const weak = listWeakPasswords(sql, weakness, { domain, limit });
    if (world.output.json) {
      const { allOf } = await import('../accounts/paging.ts');
      world.output.value({ schemes, weak: await allOf(weak) });
      return;
    }
    await world.output.list(COUNTS, [schemes]);
    world.output.line('\nWeak: who steals the table has these soon after.');
    await world.output.list(WEAK, weak);
  });
}
