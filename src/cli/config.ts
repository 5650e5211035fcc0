/** config — `dovetail config generate | check`: configuration of the mail servers. */

import type { Command } from 'commander';
import type { Door, DovecotVersion } from '../config/doors/door.ts';
import type { SqlConnection } from '../config/doors/sql.ts';
import type { GeneratedFile, MailHost, Written } from '../config/generate.ts';
import type { Settings } from '../config/settings.ts';
import { type CommandFailed, type CommandFile, failure, type World } from './command.ts';

interface GenerateOptions {
  readonly output: string;
  readonly dovecot: string;
  readonly door: string;
  readonly with?: string;
  readonly dovecotFolder: string;
  readonly sqlConnection: string;
  readonly postfixQueue: string;
  readonly sslCert: string;
  readonly sslKey: string;
  readonly checkpassword?: string;
  readonly force?: true;
}

const DOOR = 'lua';
// Over the socket PostgreSQL knows the user `dovecot` by itself: no password is needed.
const SQL_CONNECTION = 'host=/run/postgresql dbname=mail user=dovecot';
// The folders of Debian's packages.
const DOVECOT_FOLDER = '/etc/dovecot';
const POSTFIX_QUEUE = '/var/spool/postfix';
const SSL_CERT = '/etc/dovecot/private/dovecot.pem';
const SSL_KEY = '/etc/dovecot/private/dovecot.key';
// users.system_uid of the schema is 5000 unless said otherwise.
const MAIL_UID = 5000;

export const config: CommandFile = {
  register(program: Command, world: World) {
    const family = program.command('config').description('configuration of the mail servers');
    family
      .command('generate')
      .description('write the configuration of Postfix and Dovecot that asks this dovetail')
      .requiredOption('--output <dir>', 'the folder to write to')
      .option('--dovecot <version>', 'the version of Dovecot: 2.3 or 2.4', '2.3')
      .option(
        '--door <names>',
        'how Dovecot asks: lua, checkpassword (2.3), dict (2.3), auth-worker or sql; lua,sql: the views when the daemon is away',
        DOOR,
      )
      .option(
        '--with <parts>',
        'more maps of Postfix: relay, transport, bcc, canonical, relayhost, tls, relocated, srs, sni; of Dovecot: last-login',
      )
      .option('--dovecot-folder <dir>', "where Dovecot's files will lie", DOVECOT_FOLDER)
      .option('--sql-connection <words>', 'for sql: how Dovecot reaches PostgreSQL', SQL_CONNECTION)
      .option('--postfix-queue <dir>', "Postfix's queue_directory", POSTFIX_QUEUE)
      .option('--ssl-cert <file>', 'the certificate of the IMAP server', SSL_CERT)
      .option('--ssl-key <file>', 'its private key', SSL_KEY)
      .option('--checkpassword <file>', 'the program dovetail-checkpassword, if not the one of this package')
      .option('--force', 'also write over files that were changed by hand')
      .addHelpText('after', '\nExample:\n  dovetail config generate --output ./mail-config --dovecot 2.4')
      .action((options: GenerateOptions) => generate(options, world));
    family
      .command('check')
      .description('ask the installed Postfix and Dovecot what they think of generated files')
      .argument('<dir>', 'the folder that `config generate` wrote')
      .addHelpText('after', '\nExample:\n  dovetail config check ./mail-config')
      .action((folder: string) => check(folder, world));
  },
};

async function generate(options: GenerateOptions, world: World): Promise<void> {
  const { resolve } = await import('node:path');
  const { generateConfig } = await import('../config/generate.ts');
  const folder = resolve(options.output);
  const host = await mailHost(options, await world.settings());
  const written = await write(folder, options, generateConfig(host, commandLine(options)));
  if (written.kind === 'refused') {
    const why = `changed by hand: ${written.edited.join(', ')}`;
    throw failure({ what: whatOf(options), why, advice: 'move them away, or write over them with --force' });
  }
  if (host.maps.includes('srs') && (await world.settings()).srsDomain === null) {
    world.output.note('Note: no sender is rewritten until DOVETAIL_SRS_DOMAIN is set (docs/srs.md).');
  }
  if (host.extras.includes('last-login') && host.doors.every(({ dovecotCompares }) => !dovecotCompares)) {
    world.output.note(
      'Note: dovetail verifies the passwords here and knows who came: last-login tells it again.',
    );
  }
  for (const path of written.changed) world.output.line(`wrote ${path}`);
  for (const path of written.same) world.output.line(`as it was: ${path}`);
  world.output.done(`what to do with them: ${folder}/README.md`, { folder, ...written });
}

async function write(
  folder: string,
  options: GenerateOptions,
  files: readonly GeneratedFile[],
): Promise<Written> {
  const { writeConfig } = await import('../config/generate.ts');
  try {
    return writeConfig(folder, files, options.force === true);
  } catch (error) {
    const { reasonOf } = await import('../base/text.ts');
    const advice = 'choose a folder that may be written to';
    throw failure({ what: whatOf(options), why: reasonOf(error), advice });
  }
}

const whatOf = ({ output }: GenerateOptions): string => `cannot write the configuration to ${output}`;

const wrongUsage = (options: GenerateOptions, why: string, advice: string): CommandFailed =>
  failure({ what: whatOf(options), why, advice, code: 2 });

async function versionOf(options: GenerateOptions): Promise<DovecotVersion> {
  const { dovecotVersions } = await import('../config/doors/door.ts');
  const version = dovecotVersions.find((known) => known === options.dovecot);
  if (version !== undefined) return version;
  const advice = `use --dovecot ${dovecotVersions.join(' or ')}`;
  throw wrongUsage(options, `there is no Dovecot ${options.dovecot} that dovetail knows`, advice);
}

async function doorsOf(options: GenerateOptions, version: DovecotVersion): Promise<readonly Door[]> {
  const { doors } = await import('../config/doors/index.ts');
  const names = options.door.split(',');
  const advice = `use --door ${doors
    .filter(({ versions }) => versions.includes(version))
    .map(({ name }) => name)
    .join(' or ')}`;
  const chosen = names.map((name, n) => {
    const door = doors.find((known) => known.name === name);
    if (!door) throw wrongUsage(options, `there is no door ${name}`, advice);
    if (!door.versions.includes(version)) {
      throw wrongUsage(options, `Dovecot ${version} has no driver for the door ${name}`, advice);
    }
    if (names.indexOf(name) !== n) throw wrongUsage(options, `the door ${name} is named twice`, advice);
    return door;
  });
  for (const [n, { name }] of chosen.slice(1).entries()) {
    const { name: before, mayBeFollowedBy = [] } = chosen[n] as Door;
    if (mayBeFollowedBy.includes(name)) continue;
    throw wrongUsage(options, `${name} cannot stand behind the door ${before}`, alternativesTo(doors));
  }
  return chosen;
}

async function partsOf(options: GenerateOptions): Promise<Pick<MailHost, 'maps' | 'extras'>> {
  const { dovecotExtras, mapGroups } = await import('../config/generate.ts');
  const names = options.with?.split(',') ?? [];
  const known: readonly string[] = [...mapGroups, ...dovecotExtras];
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw wrongUsage(options, `there is no part ${stranger}`, `use --with ${known.join(',')}`);
  }
  return {
    maps: mapGroups.filter((name) => names.includes(name)),
    extras: dovecotExtras.filter((name) => names.includes(name)),
  };
}

const alternativesTo = (doors: readonly Door[]): string => {
  const pairs = doors.flatMap(({ name, mayBeFollowedBy = [] }) =>
    mayBeFollowedBy.map((next) => `--door ${name},${next}`),
  );
  return `use ${['one door alone', ...pairs].join(' or ')}`;
};

async function sqlOf(options: GenerateOptions): Promise<SqlConnection> {
  const { parseConnection } = await import('../config/doors/sql.ts');
  const connection = parseConnection(options.sqlConnection);
  const advice = `write it as in: --sql-connection '${SQL_CONNECTION}'`;
  if (!connection) throw wrongUsage(options, '--sql-connection is not keyword=value words', advice);
  if ('password' in connection.parameters) {
    throw wrongUsage(options, 'a password does not belong on a command line', 'name a file: passfile=/etc/…');
  }
  return connection;
}

async function mailHost(options: GenerateOptions, settings: Settings): Promise<MailHost> {
  const { join, resolve } = await import('node:path');
  const { packageRoot } = await import('../config/folders.ts');
  const dovecot = await versionOf(options);
  const chosen = await doorsOf(options, dovecot);
  return {
    dovecot,
    doors: chosen,
    ...(await partsOf(options)),
    sql: await sqlOf(options),
    dovecotFolder: resolve(options.dovecotFolder),
    runDir: settings.runDir,
    socketGroup: settings.socketGroup,
    recipientDelimiter: settings.recipientDelimiter,
    postfixQueue: resolve(options.postfixQueue),
    checkpassword: resolve(options.checkpassword ?? join(packageRoot(), 'clients/dovetail-checkpassword')),
    sslCert: resolve(options.sslCert),
    sslKey: resolve(options.sslKey),
    doveadmPort: doveadmPort(settings),
    policy: await policyOf(options, chosen, settings),
    mailUid: MAIL_UID,
  };
}

/** Of the first URL on this host: that of another one is generated there. */
function doveadmPort({ doveadmUrls }: Settings): number | null {
  const here = doveadmUrls.map((url) => new URL(url)).find(({ hostname }) => hostname === '127.0.0.1');
  return here ? Number(here.port || 80) : null;
}

/** Where no door verifies passwords here: of those, the guard would count each wrong one twice. */
async function policyOf(
  { output }: GenerateOptions,
  chosen: readonly Door[],
  settings: Settings,
): Promise<MailHost['policy']> {
  const { http, guessing, guessingKey } = settings;
  if (http === null || guessing === 'off' || !chosen.every(({ dovecotCompares }) => dovecotCompares))
    return null;
  const { resolve } = await import('node:path');
  const { policyNonce } = await import('../config/policy-nonce.ts');
  const { keyOfSetting } = await import('../auth/guessing/shared-key.ts');
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  const nonce = policyNonce(resolve(output), guessingKey === null ? undefined : keyOfSetting(guessingKey));
  return { url: `http://${host}:${http.port}/auth/policy`, nonce };
}

/** The command that makes the same files again, for their first line. */
function commandLine(options: GenerateOptions): string {
  const extras = [
    ['--door', options.door, DOOR],
    ['--with', options.with, undefined],
    ['--dovecot-folder', options.dovecotFolder, DOVECOT_FOLDER],
    ['--sql-connection', `'${options.sqlConnection}'`, `'${SQL_CONNECTION}'`],
    ['--postfix-queue', options.postfixQueue, POSTFIX_QUEUE],
    ['--ssl-cert', options.sslCert, SSL_CERT],
    ['--ssl-key', options.sslKey, SSL_KEY],
    ['--checkpassword', options.checkpassword, undefined],
  ] as const;
  const given = extras.flatMap(([flag, value, usual]) =>
    value === undefined || value === usual ? [] : [flag, value],
  );
  return ['dovetail config generate --output', options.output, '--dovecot', options.dovecot, ...given].join(
    ' ',
  );
}

async function check(folder: string, world: World): Promise<void> {
  const { resolve } = await import('node:path');
  const { checkConfig } = await import('../config/check.ts');
  const checked = checkConfig(resolve(folder));
  const columns = [
    { head: 'SERVER', cell: (row: (typeof checked)[number]) => row.server },
    { head: 'RESULT', cell: (row: (typeof checked)[number]) => row.result },
    { head: 'SAID', cell: (row: (typeof checked)[number]) => row.said },
  ];
  await world.output.list(columns, [checked]);
  if (checked.some(({ result }) => result === 'wrong')) world.exitWith(1);
}
