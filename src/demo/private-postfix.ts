/** private-postfix — a real Postfix of our own: its folders, its ports, and the generated files.
 *
 * source   the installed package's programs; main.cf and master.cf are a bare host's, into which
 *          the generated apply.sh puts dovetail's part, just as on a real host
 * limits   must run as root (Postfix does); only 127.0.0.1 */

import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts, freePorts, isAlive, must, waitUntil } from './processes.ts';

export interface PrivatePostfix {
  readonly smtpPort: number;
  /** Logins are allowed without TLS here: there is no certificate to trust. */
  readonly submissionPort: number;
  readonly logFile: string;
  /** What the log says so far. */
  log(): string;
  /** Tries everything in the queue again, now. */
  flush(): Promise<void>;
  /** One line a message that is still in the queue. */
  queued(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface PostfixOptions {
  /** Everything of this instance is below it; it must be one that the user postfix may enter. */
  readonly folder: string;
  /** The folder of the generated `apply.sh`. */
  readonly generated: string;
  readonly hostname: string;
  /** The numeric id of the user `postfix`. */
  readonly mailOwner: number;
  /** Where mail for other domains goes (`[127.0.0.1]:10026`): never into the world. */
  readonly relayhost: string;
  /** Where Postfix is installed, if not on this machine itself. */
  readonly root?: string | undefined;
  /** Settings on top, as in main.cf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The part of a fresh host's main.cf that is not about dovetail. */
function mainCf({ folder, hostname, relayhost, settings }: PostfixOptions): string {
  const lines = {
    compatibility_level: '3.6',
    config_directory: join(folder, 'etc'),
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    maillog_file: join(folder, 'postfix.log'),
    maillog_file_prefixes: folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: hostname,
    mynetworks: '127.0.0.0/8',
    relayhost,
    smtp_tls_security_level: 'none',
    alias_maps: '',
    alias_database: '',
    // What had to wait is tried again soon: a test does not have minutes.
    queue_run_delay: '1s',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    ...settings,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

const MASTER_CF = `\
smtp       inet n - n - - smtpd
pickup     unix n - n 60 1 pickup
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
verify     unix - - n - 1 verify
flush      unix n - n 1000? 0 flush
proxymap   unix - - n - - proxymap
smtp       unix - - n - - smtp
relay      unix - - n - - smtp
showq      unix n - n - - showq
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
local      unix - n n - - local
lmtp       unix - - n - - lmtp
anvil      unix - - n - 1 anvil
scache     unix - - n - 1 scache
tlsmgr     unix - - n 1000? 1 tlsmgr
postlog    unix-dgram n - n - 1 postlogd
`;

/** Makes the folders and files without starting anything: Dovecot puts its sockets in between. */
export async function preparePostfix(options: PostfixOptions): Promise<{ ports: readonly [number, number] }> {
  const [etc, queue, data] = ['etc', 'queue', 'data'].map((name) => join(options.folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [etc, queue, data]) mkdirSync(path, { recursive: true });
  chownSync(data, options.mailOwner, -1);
  writeFileSync(join(etc, 'main.cf'), mainCf(options));
  writeFileSync(join(etc, 'master.cf'), MASTER_CF);
  const { root } = options;
  await must('sh', [join(options.generated, 'apply.sh'), etc], { root });
  const [smtp, submission] = (await freePorts(2)) as [number, number];
  await movePorts(etc, smtp, submission, root);
  await must('postfix', ['-c', etc, 'check'], { root }); // makes the folders of the queue
  return { ports: [smtp, submission] };
}

/** High ports, and no TLS where there is no certificate; all else is as generated. */
async function movePorts(
  etc: string,
  smtp: number,
  submission: number,
  root: string | undefined,
): Promise<void> {
  const edit = (...words: string[]) => must('postconf', ['-c', etc, ...words], { root });
  await edit('-P', 'submission/inet/smtpd_tls_security_level=none', 'submission/inet/smtpd_tls_auth_only=no');
  await edit('-MX', 'submissions/inet');
  await edit('-F', `smtp/inet/service=${smtp}`, `submission/inet/service=${submission}`);
  const step = '127.0.0.1:10027'; // of forwarded mail, with `--with srs`
  if (!(await must('postconf', ['-c', etc, '-M'], { root })).includes(step)) return;
  const [free] = await freePorts(1);
  await edit('-F', `${step}/inet/service=127.0.0.1:${free}`);
  await edit('-e', `dovetail_srs_step=[127.0.0.1]:${free}`);
}

export async function startPostfix(
  options: PostfixOptions,
  ports: readonly [number, number],
): Promise<PrivatePostfix> {
  const { root } = options;
  const etc = join(options.folder, 'etc');
  const logFile = join(options.folder, 'postfix.log');
  await must('postfix', ['-c', etc, 'start'], { root });
  await waitUntil('Postfix accepts mail', () => accepts(ports[0]));
  await waitUntil('Postfix accepts submissions', () => accepts(ports[1]));
  return {
    smtpPort: ports[0],
    submissionPort: ports[1],
    logFile,
    log: () => readFileSync(logFile, 'utf8'),
    flush: async () => void (await must('postqueue', ['-c', etc, '-f'], { root })),
    queued: async () => (await must('postqueue', ['-c', etc, '-j'], { root })).split('\n').filter(Boolean),
    stop: () => stopPostfix(options.folder),
  };
}

/** The master process ends all others of this instance. */
async function stopPostfix(folder: string): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'queue/pid/master.pid'), 'utf8'));
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await waitUntil('Postfix ends', () => !isAlive(pid));
}
