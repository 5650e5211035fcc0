/** quota — `dovetail quota add | list | show | set | remove | recount`: how much a user may use. */

import type { Command } from 'commander';
import { createReader, example, makeChange } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import {
  isBytes,
  type KeyOptions,
  keyOf,
  type ListOptions,
  list,
  rowOf,
  show,
  showValue,
} from './quota-list.ts';
import type { RecountOptions } from './quota-recount.ts';

export const quota: CommandFile = {
  register(program, world) {
    const family = program.command('quota').description('how much a user may use');
    for (const how of ['add', 'set'] as const) {
      withKey(family.command(how).argument('<user>', 'the address or the login name'))
        .description(
          how === 'add' ? "give a user a limit instead of the domain's" : 'change a limit, or give one',
        )
        .argument('<limit>', '2G or 500M; a number where nothing is stored; or unlimited')
        .option(
          '--warn <percent>',
          'warn from this share of the limit on; or default: as the daemon is set, which it is at first',
        )
        .addHelpText(
          'after',
          `${example(`dovetail quota ${how} alice@example.org 2G`)}\n\n` +
            'Of a whole domain: dovetail domain set example.org --quota 500G --default-user-quota 2G',
        )
        .action((who: string, limit: string, options: WriteOptions) =>
          write(world, how, who, limit, options),
        );
    }
    family
      .command('list')
      .description('list limits and usage')
      .argument('[user]', 'only of this user: the address or the login name')
      .option('--domain <domain>', 'only of users of this domain')
      .option('--full', 'only at or above the warning (80 % where the user has none of his own)')
      .option('--fullest', 'the fullest first; 20 of them, if --limit does not say how many (at most 1000)')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail quota list --domain example.org --fullest'))
      .action((who: string | undefined, options: ListOptions) => list(world, who, options));
    withKey(family.command('show').argument('<user>', 'the address or the login name'))
      .description('show a limit, and how much of it is used')
      .addHelpText('after', example('dovetail quota show alice@example.org'))
      .action((who: string, options: KeyOptions) => show(world, who, options));
    withKey(family.command('remove').argument('<user>', 'the address or the login name'))
      .description("remove a limit: the domain's default counts again")
      .addHelpText('after', example('dovetail quota remove alice@example.org'))
      .action((who: string, options: KeyOptions) => remove(world, who, options));
    family
      .command('recount')
      .description('have Dovecot count mailboxes, and write what it says in place of what was reported')
      .argument('[user]', 'one mailbox: the address or the login name')
      .option('--domain <domain>', 'those of a domain')
      .option('--all', 'all of them')
      .addHelpText(
        'after',
        `${example('dovetail quota recount alice@example.org', 'dovetail quota recount --all')}\n\n` +
          'Dovecot is asked at DOVETAIL_DOVEADM_URLS.',
      )
      .action(async (who: string | undefined, options: RecountOptions) => {
        const { recount } = await import('./quota-recount.ts');
        return recount(world, who, options);
      });
  },
};

interface WriteOptions extends KeyOptions {
  readonly warn?: string;
}

const withKey = (command: Command): Command =>
  command
    .option('--type <type>', 'storage, messages, files, bandwidth or connections', 'storage')
    .option('--service <name>', 'dovecot is all mail', 'dovecot');

async function write(
  world: World,
  how: 'add' | 'set',
  who: string,
  text: string,
  options: WriteOptions,
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

async function remove(world: World, who: string, options: KeyOptions): Promise<void> {
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

/** Null: as the daemon is set. */
function readPercent(what: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'default') return null;
  const [, digits = '0'] = /^(\d{1,3})\s*%?$/u.exec(text) ?? [];
  const percent = Number(digits);
  if (percent >= 1 && percent <= 100) return percent;
  const why = `--warn ${text} is no percentage`;
  throw failure({ what, why, advice: 'give 1 to 100, or default', code: 2 });
}
