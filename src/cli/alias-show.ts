/** alias-show — `dovetail alias list | show`: where mail goes, as the database has it. */

import type { AliasKey } from '../accounts/aliases.ts';
import type { AliasRow } from '../accounts/listing/aliases.ts';
import { createReader, read, readLimit, showMoment } from './accounts.ts';
import { failure, type World } from './command.ts';

export interface AliasFilter {
  readonly domain?: string;
  readonly match?: string;
  readonly to?: string;
  readonly limit?: string;
}

export async function listAliasRows(world: World, options: AliasFilter): Promise<void> {
  const what = 'cannot list aliases';
  const reader = await createReader(world, what);
  const filter = {
    domain: reader.optional(reader.domain, options.domain),
    destination: reader.optional(reader.address, options.to),
    match: options.match,
    limit: readLimit(what, options.limit),
  };
  const { listAliases } = await import('../accounts/listing/aliases.ts');
  await read(world, (sql) =>
    world.output.list<AliasRow>(
      [
        { head: 'ALIAS', cell: (row) => row.alias },
        { head: 'LEADS TO', cell: (row) => row.destinations.join(', ') },
        { head: 'ACTIVE', cell: (row) => row.is_active },
        { head: 'SEND AS', cell: (row) => row.may_send_as },
        { head: 'ALLOW FROM', cell: (row) => row.allowed_senders },
        { head: 'OWNER', cell: (row) => row.owner },
        { head: 'EXPIRES', cell: (row) => showMoment(row.expires_at) },
      ],
      listAliases(sql, filter),
    ),
  );
}

export async function showAlias(world: World, key: string): Promise<void> {
  const what = `cannot show the alias ${key}`;
  const wanted = (await createReader(world, what)).addressOrCatchAll(key);
  const row = await rowOf(world, wanted);
  if (!row) throw failure({ what, why: 'there is no such alias', advice: 'see: dovetail alias list' });
  world.output.record(row, [
    ['alias', row.alias],
    ['leads to', row.destinations.join(', ')],
    ['active', row.is_active],
    ['send as', row.may_send_as],
    ['allow from', row.allowed_senders],
    ['owner', row.owner],
    ['expires', showMoment(row.expires_at)],
    ['description', row.description],
    ['since', showMoment(row.created_at)],
  ]);
}

async function rowOf(world: World, key: AliasKey): Promise<AliasRow | undefined> {
  const { listAliases } = await import('../accounts/listing/aliases.ts');
  const { firstOf } = await import('../accounts/paging.ts');
  return read(world, (sql) => firstOf(listAliases(sql, { alias: key })));
}
