/** password — `dovetail password add | list | show | set | remove | suspend | restore | report`: what a user logs in with. */

import type { Command } from 'commander';
import type { PasswordKey } from '../accounts/passwords.ts';
import { accept, createReader, example, makeChange, read, refuseNothing } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { type AppOnlyOptions, appOnly } from './password-app-only.ts';
import { placeOf } from './password-place.ts';
import { type ReportOptions, reportPasswords } from './password-report.ts';
import { listPasswords, showPassword } from './password-show.ts';
import { type RestoreOptions, restore, type SuspendOptions, suspend } from './password-suspension.ts';
import { readSecret, type SecretOptions } from './secret.ts';

export const password: CommandFile = {
  register(program, world) {
    const family = program
      .command('password')
      .description('what a user logs in with: a password, app passwords');
    withSecret(withKey(family.command('add')))
      .description('add a password; one with a service or a label is made up and shown, once')
      .addHelpText(
        'after',
        example(
          'dovetail password add alice@example.org --service imap --label phone',
          'dovetail password add alice@example.org --service smtp --label printer --network 192.0.2.0/24',
        ),
      )
      .action((who: string, options: PasswordOptions) => add(world, who, options));
    family
      .command('list')
      .description("list a user's passwords, without their hashes")
      .argument('<user>', 'the address or the login name')
      .addHelpText('after', example('dovetail password list alice@example.org'))
      .action((who: string) => listPasswords(world, who));
    withKey(family.command('show'))
      .description('show one password, without its hash')
      .addHelpText('after', example('dovetail password show alice@example.org --service imap --label phone'))
      .action((who: string, options: PasswordOptions) => showPassword(world, who, keyOf(options)));
    withSecret(withKey(family.command('set')))
      .description('change a password, or only when it expires')
      .addHelpText(
        'after',
        example(
          'dovetail password set alice@example.org',
          "echo '{SHA512-CRYPT}$6$…' | dovetail password set alice@example.org --hash-stdin",
        ),
      )
      .action((who: string, options: PasswordOptions, command: Command) => set(world, who, options, command));
    withKey(family.command('remove'))
      .description('remove a password: what used it cannot log in any more')
      .addHelpText(
        'after',
        example('dovetail password remove alice@example.org --service imap --label phone'),
      )
      .action((who: string, options: PasswordOptions) => remove(world, who, options));
    withKey(family.command('suspend'))
      .description('let a password open nothing until it is restored or changed; the others go on')
      .option('--because <text>', 'why, for whoever restores it', 'by hand')
      .addHelpText(
        'after',
        example(
          'dovetail password suspend alice@example.org --service smtp --label phone --because "phone lost"',
        ),
      )
      .action((who: string, options: SuspendOptions) => suspend(world, who, options));
    family
      .command('restore')
      .description('let a suspended password open again what it did')
      .argument('<user>', 'the address or the login name')
      .argument('[number]', 'which, as `password list` numbers them; not needed where one alone is suspended')
      .option('--service <name>', 'which, by its service')
      .option('--label <text>', 'which, by its label')
      .addHelpText(
        'after',
        example(
          'dovetail password restore alice@example.org',
          'dovetail password restore alice@example.org --label phone',
        ),
      )
      .action((who: string, number: string | undefined, options: RestoreOptions) =>
        restore(world, who, number, options),
      );
    family
      .command('app-only')
      .description('say who must use app passwords for mail; without options, list them')
      .option('--user <user>', 'this user: the address or the login name')
      .option('--domain <domain>', 'everybody of this domain')
      .option('--role <role>', 'whoever has this role')
      .option('--off', 'the plain password opens mail again')
      .addHelpText(
        'after',
        example(
          'dovetail password app-only --role admin',
          'dovetail password app-only --user alice@example.org --off',
        ),
      )
      .action((options: AppOnlyOptions) => appOnly(world, options));
    family
      .command('report')
      .description('count the hash schemes, and name whose password is weak')
      .option('--domain <domain>', 'only of users of this domain')
      .option('--limit <number>', 'name at most so many')
      .addHelpText(
        'after',
        example('dovetail password report', 'dovetail password report --domain example.org'),
      )
      .action((options: ReportOptions) => reportPasswords(world, options));
  },
};

interface PasswordOptions extends SecretOptions {
  readonly service: string;
  readonly label: string;
  readonly expires?: string;
  readonly mustChange?: true;
  readonly network?: readonly string[];
}

const withKey = (command: Command): Command =>
  command
    .argument('<user>', 'the address or the login name')
    .option('--service <name>', 'imap, pop3, smtp, sieve, …; dovecot is every mail protocol', 'dovecot')
    .option('--label <text>', 'tells app passwords of one service apart: phone, laptop', '');

const withSecret = (command: Command): Command =>
  command
    .option('--password-stdin', 'read the password from stdin')
    .option('--hash-stdin', 'read a {SCHEME}hash that was made elsewhere from stdin')
    .option('--generate', 'make a password up and show it, once')
    .option('--scheme <name>', 'hash it with this one, SCRAM-SHA-256 or the like, not the preferred one')
    .option('--expires <when>', 'useless from then on: 2027-01-31, 30d or never')
    .option('--must-change', 'opens nothing until it is changed')
    .option('--network <cidr...>', 'good only from there: 192.0.2.0/24 …; anywhere lifts the limit');

const keyOf = ({ service, label }: PasswordOptions): PasswordKey => ({
  service: service.toLowerCase(),
  label,
});

/** Typed once on a phone and never remembered: better made up than thought up. */
const isAppPassword = ({ service, label }: PasswordKey): boolean => service !== 'dovecot' || label !== '';

async function add(world: World, who: string, options: PasswordOptions): Promise<void> {
  const what = `cannot add a password for ${who}`;
  const reader = await createReader(world, what);
  const expiresAt = reader.optional(reader.moment, options.expires);
  const names = await namesOf(world, what, who);
  const isGiven = options.passwordStdin ?? options.hashStdin ?? options.generate ?? false;
  const isMadeUp = isAppPassword(keyOf(options)) && !isGiven;
  const secret = await readSecret(world, what, isMadeUp ? { ...options, generate: true } : options, names);
  if (!secret) {
    const advice = 'give --password-stdin, --hash-stdin or --generate';
    throw failure({ what, why: 'no password was given', advice, code: 2 });
  }
  const { addPassword } = await import('../accounts/passwords.ts');
  const { hash, shown } = secret;
  const networks = reader.optional(reader.networks, options.network);
  const input = { ...keyOf(options), hash, expiresAt, mustChange: options.mustChange, networks };
  const user = await makeChange(world, what, (change) => addPassword(change, who, input));
  const { isService } = await import('../auth/services.ts');
  if (!isService(input.service)) {
    const mail = 'imap, pop3, smtp, sieve or dovecot, which is all of them';
    world.output.note(`No mail program is let in by it: ${input.service} is none of ${mail}.`);
  }
  tell(
    world,
    `Added a password for ${user.email}${placeOf(keyOf(options))}.`,
    { user: user.email, ...keyOf(options) },
    shown,
  );
}

/** Only the expiry or the switch where those are all that was given; else a new password. */
async function set(world: World, who: string, options: PasswordOptions, command: Command): Promise<void> {
  const what = `cannot change the password of ${who}`;
  const reader = await createReader(world, what);
  const expiresAt = reader.optional(reader.moment, options.expires);
  const networks = reader.optional(reader.networks, options.network);
  const { passwordStdin, hashStdin, generate, scheme, mustChange } = options;
  const hasFields = expiresAt !== undefined || mustChange === true || networks !== undefined;
  const onlyFields = !passwordStdin && !hashStdin && !generate && !scheme && hasFields;
  const names = await namesOf(world, what, who);
  const secret = onlyFields ? null : await readSecret(world, what, options, names);
  refuseNothing(what, command, { secret: secret ?? undefined, expiresAt, mustChange, networks });
  const { setPassword } = await import('../accounts/passwords.ts');
  const input = { ...keyOf(options), hash: secret?.hash, expiresAt, mustChange, networks };
  const user = await makeChange(world, what, (change) => setPassword(change, who, input));
  const value = { user: user.email, ...keyOf(options) };
  tell(world, `Changed the password of ${user.email}${placeOf(keyOf(options))}.`, value, secret?.shown);
}

async function remove(world: World, who: string, options: PasswordOptions): Promise<void> {
  const what = `cannot remove the password of ${who}`;
  const { removePassword } = await import('../accounts/passwords.ts');
  const user = await makeChange(world, what, (change) => removePassword(change, who, keyOf(options)));
  const value = { user: user.email, ...keyOf(options), removed: true };
  world.output.done(`Removed the password of ${user.email}${placeOf(keyOf(options))}.`, value);
}

/** The password alone goes to stdout, so that it can be piped; the sentence to stderr. */
function tell(world: World, sentence: string, value: object, shown: string | undefined): void {
  if (shown === undefined || world.output.json) {
    world.output.done(sentence, shown === undefined ? value : { ...value, password: shown });
  } else {
    world.output.note(`${sentence} It is shown only now:`);
    world.output.line(shown);
  }
}

/** What an attacker would try first. A user who does not exist is refused before anybody types. */
async function namesOf(world: World, what: string, who: string): Promise<string[]> {
  const { findUser } = await import('../accounts/find-user.ts');
  const { localOf } = await import('../base/address.ts');
  const user = accept(what, await read(world, (sql) => findUser(sql, who)));
  return [user.email, localOf(user.email), user.domain, user.username];
}
