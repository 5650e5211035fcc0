/** submission — a real Postfix or Exim that takes mail of who logs in, against an auth.sock; without more
 * settings it does nothing but AUTH. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../../src/demo/machine.ts';
import { preparePostfix, startPostfix } from '../../../src/demo/private-postfix.ts';
import { accepts, freePorts, must, runToEnd, startProcess, waitUntil } from '../../../src/demo/processes.ts';

export interface Submission {
  readonly port: number;
  log(): string;
  stop(): Promise<void>;
}

export interface SubmissionOptions {
  /** Below the root of the machine. */
  readonly folder: string;
  readonly machine: Machine;
  readonly authSocket: string;
  /** Where the mail goes, `[127.0.0.1]:10026`; nowhere unless told. */
  readonly relayhost?: string;
  /** Settings of Postfix on top, as in main.cf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Without TLS: there is no certificate to trust. The other port, `smtpPort`, does what the settings say. */
export async function startPostfixSubmission(
  options: SubmissionOptions,
): Promise<Submission & { readonly smtpPort: number }> {
  const { folder, machine, authSocket } = options;
  const { root } = machine;
  const generated = join(folder, 'generated');
  mkdirSync(generated);
  const entry = 'submission inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=no';
  writeFileSync(join(generated, 'apply.sh'), `postconf -c "$1" -Me 'submission/inet=${entry}'\n`);
  const { stdout } = await runToEnd('id', ['-u', 'postfix'], { root });
  const postfix = {
    folder: join(folder, 'p'),
    generated,
    hostname: 'mail.example.org',
    mailOwner: Number(stdout),
    relayhost: options.relayhost ?? '[127.0.0.1]:9',
    root,
    settings: {
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: `unix:${authSocket}`,
      smtpd_sasl_security_options: 'noanonymous',
      smtpd_relay_restrictions: 'permit_sasl_authenticated,reject',
      ...options.settings,
    },
  };
  mkdirSync(postfix.folder);
  const { ports } = await preparePostfix(postfix);
  const running = await startPostfix(postfix, ports);
  const { smtpPort, submissionPort: port, log, stop } = running;
  return { port, smtpPort, log, stop };
}

const MECHANISMS = ['PLAIN', 'LOGIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2'];

/** The driver of Exim's own for Dovecot's protocol, one entry a mechanism. */
const eximConf = ({ folder, authSocket }: SubmissionOptions, port: number): string => `\
primary_hostname = mail.example.org
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
pid_file_path = ${folder}/pid
exim_user = nobody
exim_group = nogroup
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
acl_smtp_rcpt = rcpt
never_users =
keep_environment =
begin acl
rcpt:
  accept authenticated = *
  deny
begin routers
begin transports
begin authenticators
${MECHANISMS.map(
  (name) => `\
${name.toLowerCase().replaceAll('-', '_')}:
  driver = dovecot
  public_name = ${name}
  server_socket = ${authSocket}
  server_set_id = $auth1
`,
).join('')}`;

/** Where `.ci/run` unpacked Debian's exim4-daemon-heavy: as a package it would put Postfix out. */
export const EXIM = join(
  process.env.DOVETAIL_TEST_CACHE ?? '/var/cache/dovetail-test',
  'exim/usr/sbin/exim4',
);

export function canRunExim(): boolean {
  if (process.getuid?.() === 0 && existsSync(EXIM)) return true;
  if (process.env.CI) throw new Error(`the tests with a real Exim cannot run: there is no ${EXIM}`);
  console.warn(`\n*** SKIPPED: the tests with a real Exim: scripts/exim.sh unpacks it, as root ***\n`);
  return false;
}

export async function startEximSubmission(options: SubmissionOptions): Promise<Submission> {
  const { folder } = options;
  const [port] = (await freePorts(1)) as [number];
  mkdirSync(join(folder, 'spool'), { mode: 0o777 });
  const file = join(folder, 'exim.conf');
  writeFileSync(file, eximConf(options, port));
  await must('chown', ['-R', 'nobody:nogroup', join(folder, 'spool')]);
  await must(EXIM, ['-C', file, '-bV']);
  const out = join(folder, 'exim.out');
  const exim = startProcess(EXIM, ['-C', file, '-bdf'], out);
  await waitUntil('Exim accepts submissions', () => {
    if (exim.hasEnded()) throw new Error(`Exim did not start, ${readFileSync(out, 'utf8')}`);
    return accepts(port);
  });
  return { port, log: () => '', stop: () => exim.stop() };
}
