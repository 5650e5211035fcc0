/** config — `dovetail config generate | check`: configuration of the mail servers. */

import type { Command } from 'commander';
import type { MailHost } from '../config/generate.ts';
import type { Settings } from '../config/settings.ts';
import { type CommandFile, failure, type World } from './command.ts';

interface GenerateOptions {
  readonly output: string;
  readonly dovecot: string;
  readonly postfixQueue: string;
  readonly sslCert: string;
  readonly sslKey: string;
  readonly checkpassword?: string;
  readonly force?: true;
}

// The folders of Debian's packages.
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
      .option('--dovecot <version>', 'the version of Dovecot: 2.3', '2.3')
      .option('--postfix-queue <dir>', "Postfix's queue_directory", POSTFIX_QUEUE)
      .option('--ssl-cert <file>', 'the certificate of the IMAP server', SSL_CERT)
      .option('--ssl-key <file>', 'its private key', SSL_KEY)
      .option('--checkpassword <file>', 'the program dovetail-checkpassword, if not the one of this package')
      .option('--force', 'also write over files that were changed by hand')
      .addHelpText('after', '\nExample:\n  dovetail config generate --output ./mail-config --dovecot 2.3')
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
  const what = `cannot write the configuration to ${options.output}`;
  refuseOtherVersions(what, options.dovecot);
  const { resolve } = await import('node:path');
  const { generateConfig, writeConfig } = await import('../config/generate.ts');
  const folder = resolve(options.output);
  const host = await mailHost(options, await world.settings());
  const written = writeConfig(folder, generateConfig(host, commandLine(options)), options.force === true);
  if (written.kind === 'refused') {
    const why = `changed by hand: ${written.edited.join(', ')}`;
    throw failure({ what, why, advice: 'move them away, or write over them with --force' });
  }
  for (const path of written.changed) world.output.line(`wrote ${path}`);
  for (const path of written.same) world.output.line(`as it was: ${path}`);
  world.output.done(`what to do with them: ${folder}/README.md`, { folder, ...written });
}

function refuseOtherVersions(what: string, dovecot: string): void {
  if (dovecot === '2.3') return;
  if (dovecot === '2.4') {
    throw failure({
      what,
      why: 'this version of dovetail has no files for Dovecot 2.4 yet',
      advice: 'use --dovecot 2.3',
    });
  }
  throw failure({
    what,
    why: `there is no Dovecot ${dovecot} that dovetail knows`,
    advice: 'use --dovecot 2.3',
    code: 2,
  });
}

async function mailHost(options: GenerateOptions, settings: Settings): Promise<MailHost> {
  const { join, resolve } = await import('node:path');
  const { packageRoot } = await import('../config/folders.ts');
  return {
    dovecot: '2.3',
    runDir: settings.runDir,
    socketGroup: settings.socketGroup,
    recipientDelimiter: settings.recipientDelimiter,
    postfixQueue: resolve(options.postfixQueue),
    checkpassword: resolve(options.checkpassword ?? join(packageRoot(), 'clients/dovetail-checkpassword')),
    sslCert: resolve(options.sslCert),
    sslKey: resolve(options.sslKey),
    mailUid: MAIL_UID,
  };
}

/** The command that makes the same files again, for their first line. */
function commandLine(options: GenerateOptions): string {
  const extras = [
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
