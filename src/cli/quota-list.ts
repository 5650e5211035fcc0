/** quota-list — `dovetail quota list | show`: limits, and how much of them is used. */

import type { UserRef } from '../accounts/find-user.ts';
import type { QuotaRow } from '../accounts/listing/quotas.ts';
import type { QuotaKey, QuotaType } from '../accounts/quotas.ts';
import { formatSize, roughSize } from '../base/sizes.ts';
import { accept, createReader, read, readLimit, showLimit, showMoment } from './accounts.ts';
import { failure, type World } from './command.ts';

export interface ListOptions {
  readonly domain?: string;
  readonly full?: true;
  readonly fullest?: true;
  readonly limit?: string;
}

export interface KeyOptions {
  readonly type: string;
  readonly service: string;
}

export async function keyOf(what: string, { type, service }: KeyOptions): Promise<QuotaKey> {
  const { quotaTypes } = await import('../accounts/quotas.ts');
  const known = quotaTypes.find((name) => name === type);
  if (!known)
    throw failure({
      what,
      why: `${type} is no type of quota`,
      advice: `give ${quotaTypes.join(', ')}`,
      code: 2,
    });
  if (/^[a-z][a-z0-9_-]{0,62}$/u.test(service)) return { type: known, service };
  throw failure({ what, why: `${service} is no service`, advice: 'give dovecot or the like', code: 2 });
}

export async function list(world: World, who: string | undefined, options: ListOptions): Promise<void> {
  const what = 'cannot list quotas';
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listQuotas } = await import('../accounts/listing/quotas.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const { fullest = false } = options;
  const limit = readLimit(what, options.limit ?? (fullest ? '20' : undefined));
  if (fullest && limit !== undefined && limit > 1000)
    throw failure({ what, why: '--fullest lists 1000 at most', advice: 'give a smaller --limit', code: 2 });
  await read(world, async (sql) => {
    const userId = who === undefined ? undefined : accept(what, await findUser(sql, who)).id;
    await world.output.list<QuotaRow>(
      [
        { head: 'USER', cell: (row) => row.user },
        { head: 'SERVICE', cell: (row) => row.service },
        { head: 'TYPE', cell: (row) => row.quota_type },
        { head: 'LIMIT', align: 'right', cell: (row) => showValue(row.quota_type, row.limit) },
        { head: 'USED', align: 'right', cell: (row) => showUsage(row) },
        { head: '%', align: 'right', cell: (row) => row.percent },
      ],
      listQuotas(sql, {
        userId,
        domain,
        fullOnly: options.full === true,
        fullestFirst: fullest,
        limit,
      }),
    );
  });
}

export async function show(world: World, who: string, options: KeyOptions): Promise<void> {
  const what = `cannot show the quota of ${who}`;
  const key = await keyOf(what, options);
  const { findUser } = await import('../accounts/find-user.ts');
  const user = accept(what, await read(world, (sql) => findUser(sql, who)));
  const row = (await rowOf(world, user.id, key)) ?? (await unreported(world, user, key));
  world.output.record(row, [
    ['user', row.user],
    ['service', row.service],
    ['type', row.quota_type],
    [
      'limit',
      `${showValue(row.quota_type, row.limit)}${row.follows_domain ? " (the domain's default)" : ''}`,
    ],
    ['used', showUsage(row)],
    ['percent', row.percent],
    ['full since', showMoment(row.full_since)],
    ['warning from', row.warning_percent === null ? 'as the daemon is set' : `${row.warning_percent} %`],
  ]);
}

/** Nobody gave him a limit, and nothing was reported yet: the domain's default counts. */
async function unreported(
  world: World,
  { email, domain }: UserRef,
  { type, service }: QuotaKey,
): Promise<Omit<QuotaRow, 'id'>> {
  const { listDomains } = await import('../accounts/listing/domains.ts');
  const { firstOf } = await import('../accounts/paging.ts');
  const row = await read(world, (sql) => firstOf(listDomains(sql, { domain })));
  const limit = type === 'storage' && service === 'dovecot' ? (row?.default_user_quota_bytes ?? null) : null;
  const percent = limit === null || limit === 0 ? null : 0;
  const what = { user: email, service, quota_type: type, limit, usage: 0, percent };
  return { ...what, warning_percent: null, follows_domain: true, full_since: null };
}

export async function rowOf(
  world: World,
  userId: number,
  { type, service }: QuotaKey,
): Promise<QuotaRow | undefined> {
  const { listQuotas } = await import('../accounts/listing/quotas.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listQuotas(sql, { userId })));
  return rows.find((row) => row.quota_type === type && row.service === service);
}

export const isBytes = (type: QuotaType): boolean => type === 'storage' || type === 'bandwidth';

export const showValue = (type: QuotaType, value: number | null): string =>
  isBytes(type) ? formatSize(value) : showLimit(value);

export const showUsage = ({ quota_type: type, usage }: Pick<QuotaRow, 'quota_type' | 'usage'>): string =>
  isBytes(type) ? roughSize(usage) : String(usage);
