/** hosts — the mail host that is measured: a private PostgreSQL, accounts in it, the daemon on it.
 *
 * Addresses are `<n>box@bench.example`: even numbers are mailboxes, odd ones are aliases of the
 * mailbox before them, in the shape in which `smtp-source` makes up recipients; so is the
 * alias `box@bench.example`. */

import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { silent } from '../../src/base/log.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import type { Question } from './load.ts';
import { type Program, startProgram } from './processes.ts';
import { root, type Workbench } from './workbench.ts';

export const DOMAIN = 'bench.example';
export const addressOf = (number: number): string => `${number}box@${DOMAIN}`;
/** The last recipient of each message of `smtp-source`; the one before it is `2box`. */
export const PLAIN_ALIAS = { address: `box@${DOMAIN}`, destination: addressOf(4) };

export interface Accounts {
  readonly mailboxes: number;
  readonly aliases: number;
}

export interface Host extends Accounts {
  /** The database as its owner. */
  readonly url: string;
  /** How long the schema's triggers and indexes took for all accounts, in seconds. */
  readonly loadedIn: number;
}

const servers = new WeakMap<Workbench, Promise<string>>();

/** One PostgreSQL for the whole run; room for Postfix's own connections. */
function serverUrl(bench: Workbench): Promise<string> {
  const known = servers.get(bench);
  if (known) return known;
  const opened = openEmbedded({
    folder: path.join(bench.folder, 'postgresql'),
    log: silent,
    openToEveryone: true,
    settings: {
      max_connections: '400',
      shared_buffers: '256MB',
      fsync: 'off',
      synchronous_commit: 'off',
      max_wal_size: '4GB',
    },
  });
  bench.atEnd(() =>
    opened.then(
      (server) => server.stop(),
      () => undefined,
    ),
  );
  const url = opened.then((server) => server.url);
  servers.set(bench, url);
  return url;
}

const hosts = new WeakMap<Workbench, Map<number, Promise<Host>>>();

/** A database with so many mailboxes; made once a run. */
export function openHost(bench: Workbench, accounts: Accounts): Promise<Host> {
  const made = hosts.get(bench) ?? new Map<number, Promise<Host>>();
  hosts.set(bench, made);
  const host = made.get(accounts.mailboxes) ?? makeHost(bench, accounts);
  made.set(accounts.mailboxes, host);
  return host;
}

async function makeHost(bench: Workbench, accounts: Accounts): Promise<Host> {
  const server = await serverUrl(bench);
  const name = `bench_${accounts.mailboxes}`;
  await withClient(server, (client) => client.query(`create database ${name}`));
  const url = inDatabase(server, name);
  await migrateUp({ url });
  bench.say(`loading ${accounts.mailboxes.toLocaleString('en-US')} mailboxes`);
  const started = performance.now();
  await withClient(url, (client) => fill(client, accounts));
  const loadedIn = (performance.now() - started) / 1000;
  await withClient(url, (client) => client.query('vacuum analyze'));
  return { ...accounts, url, loadedIn };
}

export function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** The same database as another role. */
export function asRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  return changed.href;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** As an import would: a few large statements, all triggers on. */
async function fill(client: pg.Client, { mailboxes, aliases }: Accounts): Promise<void> {
  await client.query('insert into unified.mail_domains (domain, domain_type) values ($1, $2)', [
    DOMAIN,
    'virtual',
  ]);
  const step = 100_000;
  for (let from = 0; from < mailboxes; from += step) {
    await client.query(
      `insert into unified.users (email)
       select (2 * n) || 'box@${DOMAIN}' from generate_series($1::int, $2::int) as n`,
      [from, Math.min(mailboxes, from + step) - 1],
    );
  }
  await client.query(
    `insert into unified.email_aliases (alias_email, destination_email)
     select (2 * n + 1) || 'box@${DOMAIN}', (2 * n) || 'box@${DOMAIN}' from generate_series(0, $1::int - 1) as n`,
    [aliases],
  );
  await client.query('insert into unified.email_aliases (alias_email, destination_email) values ($1, $2)', [
    PLAIN_ALIAS.address,
    PLAIN_ALIAS.destination,
  ]);
}

export interface Daemon extends Program {
  readonly socketmap: string;
  readonly policy: string;
  readonly login: string;
  readonly auth: string;
  readonly dict: string;
}

export const daemonEnvironment = (run: string, url: string): Record<string, string> => ({
  DATABASE_URL: url,
  DOVETAIL_RUN_DIR: run,
  DOVETAIL_STATE_DIR: run,
  DOVETAIL_HTTP: 'none',
  DOVETAIL_SOCKET_MODE: '0666',
  DOVETAIL_LOG_LEVEL: 'warn',
});

let daemons = 0;

/** The real program, as a unit would start it. Ready when its sockets are there. */
export async function startDaemon(
  bench: Workbench,
  url: string,
  env: Record<string, string> = {},
): Promise<Daemon> {
  daemons += 1;
  const run = path.join(bench.folder, `run-${daemons}`);
  mkdirSync(run, { mode: 0o755 });
  const at = (name: string): string => path.join(run, `${name}.sock`);
  const sockets = {
    socketmap: at('socketmap'),
    policy: at('policy'),
    login: at('login'),
    auth: at('auth'),
    dict: at('dict'),
  };
  const program = await startProgram([process.execPath, path.join(root, 'dist/dovetail.js'), 'serve'], {
    env: { ...daemonEnvironment(run, url), ...env },
    ready: async () => (await Promise.all(Object.values(sockets).map(canConnect))).every(Boolean),
    core: bench.cores.server,
  });
  bench.atEnd(() => program.stop());
  return { ...program, ...sockets };
}

export function canConnect(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}

/** What the maps answer for `[from, to)` of the addresses, and for as many unknown ones as 3 to 7. */
export function* questionsAbout(host: Accounts, from: number, to: number): Generator<Question> {
  for (let n = from; n < to; n += 1) {
    const isAlias = n % 2 === 1 && n < 2 * host.aliases;
    if (n % 2 === 0) yield { map: 'virtual_mailbox_maps', key: addressOf(n), value: `${DOMAIN}/${n}box/` };
    else if (isAlias) yield { map: 'virtual_alias_maps', key: addressOf(n), value: addressOf(n - 1) };
  }
  for (let n = from; n < to; n += 7) {
    for (const i of [0, 1, 2]) {
      const map = i === 1 ? 'virtual_alias_maps' : 'virtual_mailbox_maps';
      yield { map, key: `${n + i}nobody@${DOMAIN}`, value: undefined };
    }
  }
}
