/** dovecots — one Dovecot for each door that is compared, and behind them one database and one daemon. */

import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { silent } from '../../src/base/log.ts';
import type { DovecotVersion } from '../../src/config/doors/door.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { startDovecot } from '../../src/demo/private-dovecot.ts';
import { holdSocket } from '../support/held.ts';
import { machines } from '../support/mail-servers/machines.ts';
import { answerOfWorker, startBareDoors } from './bare-doors.ts';
import { daemonEnvironment, withClient } from './hosts.ts';
import { mustRun, startProgram } from './processes.ts';
import { unwatch, watch } from './watch.ts';
import { root, sourceOf, type Workbench } from './workbench.ts';

export interface Door {
  /** Dovecot's socket for SASL. */
  readonly auth: string;
  readonly imapPort: number;
}

export interface Waiting {
  readonly user: string;
  readonly password: string;
}

export interface Ground<Name extends string> extends Waiting {
  readonly folder: string;
  /** The daemon's, for Postfix. */
  readonly socketmap: string;
  readonly doors: Readonly<Record<Name, Door>>;
  stop(): Promise<void>;
}

/** What is stored for alice, and for each of the users by number. */
export interface Passwords {
  readonly password: string;
  readonly scheme: string;
  readonly hash: string;
}

const USER = 'alice@bench.example';
/** How many there are beside alice: 1@bench.example and so on. */
export const NUMBERED = 10_000;
const MAIL = 5000;
const DAEMON = [process.execPath, path.join(root, 'dist/dovetail.js'), 'serve'];

/** `bare` is the door auth-worker with a worker that says OK to everybody, `bare-lua` and `bare-dict` are those
 * doors with a server that has but one answer. */
export async function startDoors<Name extends string>(
  bench: Workbench,
  version: DovecotVersion,
  names: readonly Name[],
  passwords: Passwords = cheap(),
  /** Of the door sql: Dovecot's own cache, which is off as we generate it. */
  caching: 'cached' | 'as generated' = 'as generated',
): Promise<Ground<Name>> {
  // Both machines see what lies below the root of the younger one.
  const { root: younger } = machines['2.4'];
  const folder = makeScratchFolder(younger !== undefined && existsSync(younger) ? younger : undefined);
  watch(`folder ${folder}`);
  bench.atEnd(() => {
    removeScratchFolder(folder);
    unwatch(`folder ${folder}`);
  });
  const database = await openEmbedded({ folder: path.join(folder, 'pg'), log: silent, openToEveryone: true });
  bench.atEnd(() => database.stop());
  await fill(database.url, folder, passwords);
  const run = path.join(folder, 'run');
  mkdirSync(run);
  const holder = await holdSocket({
    path: path.join(run, 'auth-worker.sock'),
    name: 'auth-worker.sock',
    program: DAEMON,
    // Else the first login makes the cheap hash a dear one, which Dovecot's SQL has to compare, too.
    env: { ...daemonEnvironment(run, database.url), DOVETAIL_REHASH_ON_LOGIN: 'no' },
    logFile: path.join(folder, 'dovetail.log'),
  });
  const { pid } = await holder.start();
  watch(`pid ${pid}`);
  bench.atEnd(async () => {
    await holder.close();
    unwatch(`pid ${pid}`);
  });
  const asking = { user: USER, password: passwords.password };
  const answer = await answerOfWorker(path.join(run, 'auth-worker.sock'), version, asking);
  await startBare(bench, path.join(folder, 'bare.sock'), answer);
  const bareRun = path.join(folder, 'bare-run');
  if (names.some((name) => name.startsWith('bare-'))) {
    await startBareDoors(bench, { run, folder: bareRun }, asking);
  }
  const stops: (() => Promise<void>)[] = [];
  const doors: Partial<Record<Name, Door>> = {};
  for (const name of names) {
    const { door, stop } = await start({
      ...{ folder, version, name, url: database.url },
      cached: name === 'sql' && caching === 'cached',
      run: name.startsWith('bare-') ? bareRun : run,
    });
    bench.atEnd(stop);
    stops.push(stop);
    doors[name] = door;
  }
  const stop = async () => void (await Promise.all(stops.map((end) => end())));
  const socketmap = path.join(run, 'socketmap.sock');
  const { password } = passwords;
  return { folder, socketmap, doors: doors as Record<Name, Door>, user: USER, password, stop };
}

function cheap(): Passwords {
  const [password, salt] = ['correct horse', Buffer.from('12345678')];
  const digest = createHash('sha512').update(password).update(salt).digest();
  return { password, scheme: 'SSHA512', hash: Buffer.concat([digest, salt]).toString('base64') };
}

async function fill(url: string, folder: string, { scheme, hash }: Passwords): Promise<void> {
  await migrateUp({ url });
  const homes = path.join(folder, 'mail');
  mkdirSync(homes);
  chownSync(homes, MAIL, MAIL);
  await withClient(url, async (client) => {
    await client.query(
      `insert into unified.mail_domains (domain, domain_type) values ('bench.example', 'virtual')`,
    );
    await client.query(
      `insert into unified.users (email) select n || '@bench.example' from generate_series(1, $1::int) as n`,
      [NUMBERED],
    );
    await client.query('insert into unified.users (email, home_directory) values ($1, $2)', [
      USER,
      path.join(homes, 'alice'),
    ]);
    await client.query(
      `insert into unified.user_passwords (user_id, service, password_hash, hash_scheme)
       select id, 'dovecot', $1, $2 from unified.users`,
      [hash, scheme],
    );
    await client.query('create role dovecot login in role dovetail_lookup');
    await client.query('vacuum analyze');
  });
}

async function startBare(bench: Workbench, socket: string, answer: string): Promise<void> {
  const command = [process.execPath, sourceOf('servers/auth-worker.mjs'), socket, answer];
  const bare = await startProgram(command, { ready: (output) => output.startsWith('ready') });
  bench.atEnd(() => bare.stop());
}

interface Start {
  readonly folder: string;
  readonly version: DovecotVersion;
  readonly name: string;
  readonly url: string;
  /** Where it asks. */
  readonly run: string;
  readonly cached: boolean;
}

async function start({
  folder,
  version,
  name,
  url,
  run,
  cached,
}: Start): Promise<{ door: Door; stop(): Promise<void> }> {
  const own = path.join(folder, name);
  const generated = path.join(own, 'generated');
  const base = path.join(own, 'd/run');
  mkdirSync(path.join(own, 'queue/private'), { recursive: true });
  mkdirSync(base, { recursive: true });
  const worker = { 'auth-worker': path.join(run, 'auth-worker.sock'), bare: path.join(folder, 'bare.sock') }[
    name
  ];
  if (worker !== undefined) symlinkSync(worker, path.join(base, 'auth-worker'));
  const door = name === 'bare' ? 'auth-worker' : name.replace('bare-', '');
  const { host, database } = {
    host: new URL(url).searchParams.get('host'),
    database: new URL(url).pathname.slice(1),
  };
  await mustRun([
    // As the daemon runs, which serves no HTTP here: else Dovecot would ask in vain who guesses, and wait for it.
    ...['env', `DOVETAIL_RUN_DIR=${run}`, 'DOVETAIL_HTTP=none'],
    ...[process.execPath, path.join(root, 'dist/dovetail.js'), 'config', 'generate', '--output', generated],
    ...['--dovecot', version, '--door', door, '--dovecot-folder', path.join(generated, 'dovecot')],
    ...['--postfix-queue', path.join(own, 'queue'), '--ssl-cert', '/dev/null', '--ssl-key', '/dev/null'],
    ...['--sql-connection', `host=${host} dbname=${database} user=dovecot`],
  ]);
  const dovecot = await startDovecot({
    folder: path.join(own, 'd'),
    generated: path.join(generated, 'dovecot'),
    machine: machines[version],
    settings: settingsFor(version, cached),
  });
  const pidFile = path.join(base, 'master.pid');
  watch(`pidfile ${pidFile}`);
  const stop = async () => {
    await dovecot.stop();
    unwatch(`pidfile ${pidFile}`);
  };
  return { door: { auth: path.join(base, 'auth-bench'), imapPort: dovecot.imapPort }, stop };
}

/** Enough processes that logins do not wait for one to start. */
const settingsFor = (version: DovecotVersion, cached: boolean): string => {
  const serve = version === '2.3' ? 'service_count' : 'restart_request_count';
  return `
${cached ? 'auth_cache_size = 10M' : ''}
service auth {
  unix_listener auth-bench {
    mode = 0666
  }
}
service imap-login {
  ${serve} = ${version === '2.3' ? '0' : 'unlimited'}
  process_min_avail = 2
}
service imap {
  ${serve} = 1000
  process_min_avail = 10
}
`;
};
