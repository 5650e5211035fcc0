/** postfix — private Postfix instances that discard what they accept, one for each kind of map.
 *
 * source   protocols.md 9; pgsql_table(5), lmdb_table(5), smtp-source(1)
 * limits   needs root and Debian's postfix, postfix-pgsql and postfix-lmdb; listens on 127.0.0.1
 * security each instance has its own configuration, queue and data folder, and is stopped by its own
 *          master.pid; the machine's own Postfix is never touched */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mustRun, runProgram, waitFor } from './processes.ts';
import { unwatch, watch } from './watch.ts';
import type { Workbench } from './workbench.ts';

/** What main.cf says for the three maps. */
export interface Maps {
  readonly virtual_mailbox_domains: string;
  readonly virtual_mailbox_maps: string;
  readonly virtual_alias_maps: string;
}

export interface Delivery {
  /** As written in the envelope. */
  readonly asked: string;
  /** After the maps. */
  readonly delivered: string;
}

export interface Mail {
  readonly messages: number;
  /** At the same time. */
  readonly sessions: number;
  /** `same`: every message goes to `2box@…` and `box@…`, so that Postfix's own memory of how it
   * resolved an address helps; `new`: no recipient is ever asked for twice in a run. */
  readonly recipients: 'same' | 'new';
}

export interface Postfix {
  /** Sends so many messages; seconds from the first connection until the queue is empty. */
  send(mail: Mail): Promise<number>;
  /** The same with a log, from which every delivery is read. Slower: not for measuring. */
  trace(mail: Mail): Promise<readonly Delivery[]>;
}

/** smtp-source puts numbers before it. */
const RECIPIENT = 'box@bench.example';

/** Why the rig cannot run here; undefined: it can. */
export async function missingForPostfix(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'Postfix needs root';
  // The machine's own Postfix may have no configuration: postconf wants a main.cf, an empty one will do.
  const folder = mkdtempSync(path.join(tmpdir(), 'dovetail-postconf-'));
  writeFileSync(path.join(folder, 'main.cf'), '');
  const maps = await runProgram(['postconf', '-c', folder, '-m']).catch(() => undefined);
  rmSync(folder, { recursive: true });
  if (maps?.code !== 0) return 'no postfix is installed';
  const lacking = ['pgsql', 'lmdb'].filter((type) => !maps.stdout.split('\n').includes(type));
  return lacking.length > 0 ? `postfix-${lacking.join(' and postfix-')} not installed` : undefined;
}

const SERVICES = `
postlog   unix-dgram n - n - 1 postlogd
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
anvil     unix  -       -       n       -       1       anvil
`;

const mainCf = (folders: Folders, maps: Maps, more: string) => `
compatibility_level = 3.6
queue_directory = ${folders.queue}
data_directory = ${folders.data}
maillog_file_prefixes = ${folders.home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.bench.example
mydestination =
mynetworks =
local_transport = error:no local mail
alias_maps =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
disable_dns_lookups = yes
smtputf8_enable = no
in_flow_delay = 0
virtual_transport = discard:
virtual_alias_domains =
relay_domains =
virtual_mailbox_domains = ${maps.virtual_mailbox_domains}
virtual_mailbox_maps = ${maps.virtual_mailbox_maps}
virtual_alias_maps = ${maps.virtual_alias_maps}
${more}
`;

interface Folders {
  readonly home: string;
  readonly config: string;
  readonly queue: string;
  readonly data: string;
}

/** Where the queue lies: on the disk, as everywhere where mail must not be lost; in memory, where waiting
 * for a disk does not hide what maps cost. */
export type QueuePlace = 'disk' | 'memory';

/** Starts an instance whose maps may lie in the `home` folder that `maps` is called with; `more` ends its main.cf. */
export async function startPostfix(
  bench: Workbench,
  name: string,
  place: QueuePlace,
  makeMaps: (home: string) => Maps | Promise<Maps>,
  more = '',
): Promise<Postfix> {
  const folders = await makeFolders(bench, name, place);
  const port = await freePort();
  writeFileSync(path.join(folders.config, 'main.cf'), mainCf(folders, await makeMaps(folders.home), more));
  writeFileSync(path.join(folders.config, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}`);
  watch(`pidfile ${folders.queue}/pid/master.pid`);
  const started = mustRun(['postfix', '-c', folders.config, 'start'], { finishes: true });
  bench.atEnd(() => started.then(() => stopPostfix(folders)));
  await started;
  await waitFor(
    () => existsSync(path.join(folders.queue, 'public/qmgr')),
    10_000,
    `Postfix ${name} does not start`,
  );
  return {
    send: (mail) => send(folders, port, mail),
    trace: (mail) => trace(folders, port, mail),
  };
}

async function makeFolders(bench: Workbench, name: string, place: QueuePlace): Promise<Folders> {
  const below = place === 'memory' ? '/dev/shm' : bench.folder;
  const home = mkdtempSync(path.join(below, `dovetail-${name}-`));
  watch(`folder ${home}`);
  bench.atEnd(() => {
    rmSync(home, { recursive: true, force: true });
    unwatch(`folder ${home}`);
  });
  chmodSync(home, 0o755);
  const folders = { home, config: `${home}/config`, queue: `${home}/queue`, data: `${home}/data` };
  for (const folder of [folders.config, folders.queue, folders.data]) mkdirSync(folder);
  // What makes maps wants a main.cf before there is one to write.
  writeFileSync(path.join(folders.config, 'main.cf'), '');
  await mustRun(['chown', 'postfix', folders.data]);
  return folders;
}

/** A port that was free a moment ago; Postfix cannot be handed a socket. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function stopPostfix({ config, queue }: Folders): Promise<void> {
  await runProgram(['postfix', '-c', config, 'stop'], { finishes: true });
  const status = ['postfix', '-c', config, 'status'];
  const running = async () => (await runProgram(status, { finishes: true })).code === 0;
  await waitFor(async () => !(await running()), 10_000, `Postfix in ${queue} does not stop`);
  unwatch(`pidfile ${queue}/pid/master.pid`);
}

async function send({ queue }: Folders, port: number, mail: Mail): Promise<number> {
  const started = performance.now();
  const many = ['-s', String(mail.sessions), '-m', String(mail.messages)];
  const names = mail.recipients === 'new' ? ['-N'] : [];
  const envelope = [...names, '-r', '2', '-f', 'someone@elsewhere.example', '-t', RECIPIENT];
  await mustRun(['smtp-source', '-M', 'client.example', ...many, ...envelope, `127.0.0.1:${port}`]);
  await waitFor(() => isEmpty(queue), 60_000, `the queue ${queue} does not become empty`);
  if (readdirDeep(`${queue}/deferred`) > 0) throw new Error(`messages were deferred in ${queue}`);
  return (performance.now() - started) / 1000;
}

const isEmpty = (queue: string) =>
  ['maildrop', 'incoming', 'active'].every((name) => readdirSync(`${queue}/${name}`).length === 0);

const readdirDeep = (folder: string) =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).length;

async function trace(folders: Folders, port: number, mail: Mail): Promise<readonly Delivery[]> {
  const log = path.join(folders.home, 'mail.log');
  const setLog = async (value: string) => {
    await mustRun(['postconf', '-c', folders.config, '-e', `maillog_file=${value}`]);
    await mustRun(['postfix', '-c', folders.config, 'reload']);
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  await setLog(log);
  await send(folders, port, mail);
  await setLog('');
  const deliveries = readDeliveries(log);
  rmSync(log);
  return deliveries;
}

const DELIVERY =
  /to=<(?<delivered>[^>]*)>,(?: orig_to=<(?<asked>[^>]*)>,)? relay=none.* status=(?<status>\w+)/gu;

function readDeliveries(log: string): readonly Delivery[] {
  return [...readFileSync(log, 'utf8').matchAll(DELIVERY)].map(({ groups }) => {
    const { delivered = '', asked = delivered, status } = groups ?? {};
    if (status !== 'sent') throw new Error(`${asked} was ${status}`);
    return { asked, delivered };
  });
}
