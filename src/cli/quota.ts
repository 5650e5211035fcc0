/** quota — `dovetail quota add | list | show | set | remove`: how much a user may use. */

import type { Command } from 'commander';
import type { QuotaRow } from '../accounts/listing/quotas.ts';
import type { QuotaKey, QuotaType } from '../accounts/quotas.ts';
import { formatSize } from '../base/sizes.ts';
import { accept, createReader, example, makeChange, read, readLimit, showLimit } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const quota: CommandFile = {
  register(program, world) {
    const family = program.command('quota').description('how much a user may use');
    for (const how of ['add', 'set'] as const) {
      withKey(family.command(how).argument('<user>', 'the address or the login name'))
        .description(
          how === 'add' ? "give a user a limit instead of the domain's" : 'change a limit, or give one',
        )
        .argument('<limit>', '2G or 500M; a number where nothing is stored; or unlimited')
        .option('--warn <percent>', 'warn from this share of the limit on (default: as the daemon is set)')
        .addHelpText('after', example(`dovetail quota ${how} alice@example.org 2G`))
        .action((who: string, limit: string, options: QuotaOptions) =>
          write(world, how, who, limit, options),
        );
    }
    family
      .command('list')
      .description('list limits and usage')
      .argument('[user]', 'only of this user: the address or the login name')
      .option('--domain <domain>', 'only of users of this domain')
      .option('--full', 'only at or above the warning')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail quota list --domain example.org --full'))
      .action((who: string | undefined, options: ListOptions) => list(world, who, options));
    withKey(family.command('show').argument('<user>', 'the address or the login name'))
      .description('show one limit and its usage')
      .addHelpText('after', example('dovetail quota show alice@example.org'))
      .action((who: string, options: QuotaOptions) => show(world, who, options));
    withKey(family.command('remove').argument('<user>', 'the address or the login name'))
      .description("remove a limit: the domain's default counts again")
      .addHelpText('after', example('dovetail quota remove alice@example.org'))
      .action((who: string, options: QuotaOptions) => remove(world, who, options));
  },
};

interface QuotaOptions {
  readonly type: string;
  readonly service: string;
  readonly warn?: string;
}

interface ListOptions {
  readonly domain?: string;
  readonly full?: true;
  readonly limit?: string;
}

const withKey = (command: Command): Command =>
  command
    .option('--type <type>', 'storage, messages, files, bandwidth or connections', 'storage')
    .option('--service <name>', 'dovecot is all mail', 'dovecot');

async function keyOf(what: string, { type, service }: QuotaOptions): Promise<QuotaKey> {
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

async function write(
  world: World,
  how: 'add' | 'set',
  who: string,
  text: string,
  options: QuotaOptions,
): Promise<void> {
  const what = `cannot ${how} the quota of ${who}`;
  const reader = await createReader(world, what);
  const key = await keyOf(what, options);
  const value = isBytes(key.type) ? reader.size(text) : reader.count(text);
  const warningPercent = readPercent(what, options.warn);
  const { writeQuota } = await import('../accounts/quotas.ts');
  const user = await makeChange(world, what, (change) =>
    writeQuota(change, how, who, key, { value, warningPercent }),
  );
  const sentence = `The ${key.type} quota of ${user.email} is ${showValue(key.type, value)}.`;
  world.output.done(sentence, await rowOf(world, user.id, key));
}

async function remove(world: World, who: string, options: QuotaOptions): Promise<void> {
  const what = `cannot remove the quota of ${who}`;
  const key = await keyOf(what, options);
  const { removeQuota } = await import('../accounts/quotas.ts');
  const user = await makeChange(world, what, (change) => removeQuota(change, who, key));
  world.output.done(`Removed the ${key.type} quota of ${user.email}.`, {
    user: user.email,
    ...key,
    removed: true,
  });
}

async function list(world: World, who: string | undefined, options: ListOptions): Promise<void> {
  const what = 'cannot list quotas';
  const reader = await createReader(world, what);
  const { findUser } = await import('../accounts/find-user.ts');
  const { listQuotas } = await import('../accounts/listing/quotas.ts');
  const domain = reader.optional(reader.domain, options.domain);
  const limit = readLimit(what, options.limit);
  await read(world, async (sql) => {
    const userId = who === undefined ? undefined : accept(what, await findUser(sql, who)).id;
    await world.output.list<QuotaRow>(
      [
        { head: 'USER', cell: (row) => row.user },
        { head: 'SERVICE', cell: (row) => row.service },
        { head: 'TYPE', cell: (row) => row.quota_type },
        { head: 'LIMIT', align: 'right', cell: (row) => showValue(row.quota_type, row.limit) },
        { head: 'USED', align: 'right', cell: (row) => showValue(row.quota_type, row.usage) },
        { head: '%', align: 'right', cell: (row) => row.percent },
      ],
      listQuotas(sql, { userId, domain, fullOnly: options.full === true, limit }),
    );
  });
}

async function show(world: World, who: string, options: QuotaOptions): Promise<void> {
  const what = `cannot show the quota of ${who}`;
  const key = await keyOf(what, options);
  const { findUser } = await import('../accounts/find-user.ts');
  const { id, email } = accept(what, await read(world, (sql) => findUser(sql, who)));
  const row = await rowOf(world, id, key);
  if (!row) {
    const why = `there is no ${key.type} quota and no usage of it`;
    throw failure({
      what,
      why,
      advice: `the default of the domain counts; see: dovetail user show ${email}`,
    });
  }
  world.output.record(row, [
    ['user', row.user],
    ['service', row.service],
    ['type', row.quota_type],
    [
      'limit',
      `${showValue(row.quota_type, row.limit)}${row.follows_domain ? " (the domain's default)" : ''}`,
    ],
    ['used', showValue(row.quota_type, row.usage)],
    ['percent', row.percent],
    ['warning from', row.warning_percent === null ? 'as the daemon is set' : `${row.warning_percent} %`],
  ]);
}

async function rowOf(
  world: World,
  userId: number,
  { type, service }: QuotaKey,
): Promise<QuotaRow | undefined> {
  const { listQuotas } = await import('../accounts/listing/quotas.ts');
  const { allOf } = await import('../accounts/paging.ts');
  const rows = await read(world, (sql) => allOf(listQuotas(sql, { userId })));
  return rows.find((row) => row.quota_type === type && row.service === service);
}

const isBytes = (type: QuotaType): boolean => type === 'storage' || type === 'bandwidth';

const showValue = (type: QuotaType, value: number | null): string =>
  isBytes(type) ? formatSize(value) : showLimit(value);

function readPercent(what: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^\d{1,3}$/u.test(text) ? Number(text) : 0;
  if (percent >= 1 && percent <= 100) return percent;
  throw failure({ what, why: `--warn ${text} is no percentage`, advice: 'give 1 to 100', code: 2 });
}
