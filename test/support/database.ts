/** database — real PostgreSQL for tests: a fresh database in a few milliseconds, or a whole server.
 *
 * All workers of a run share one embedded server. Databases are copied from a template that the
 * first of them migrates. */

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { silent } from '../../src/base/log.ts';
import { type Embedded, openEmbedded } from '../../src/database/embedded.ts';

/** Nothing here has to survive a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' };

export interface TestDatabase {
  readonly url: string;
  /** Drops it, with everybody who is still connected. */
  close(): Promise<void>;
}

let shared: Promise<Embedded> | undefined;

/** The server of this run; given back when this worker ends. */
const sharedServer = (): Promise<Embedded> =>
  (shared ??= openEmbedded({ folder: join(inject('runFolder'), 'shared'), settings: SETTINGS, log: silent }));

/** A database of its own: migrated, or empty. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const { url } = await sharedServer();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = migrated ? await migratedTemplate(url) : 'template0';
  await administer(url, `create database ${name} template ${template} strategy file_copy`);
  return {
    url: databaseUrl(url, name),
    close: () => administer(url, `drop database if exists ${name} with (force)`),
  };
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const administer = (server: string, sql: string): Promise<void> =>
  withClient(databaseUrl(server, 'postgres'), async (client) => {
    await client.query(sql);
  });

/** One client for the time of `work`. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const TEMPLATE = 'dovetail_template';
let template: Promise<string> | undefined;

const migratedTemplate = (server: string): Promise<string> => (template ??= makeTemplate(server));

/** Made by the first worker, while the others wait; it gets its name when it is whole. */
function makeTemplate(server: string): Promise<string> {
  return withClient(databaseUrl(server, 'postgres'), async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('${TEMPLATE}'))`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount) return TEMPLATE;
    await client.query(`drop database if exists ${TEMPLATE}_draft with (force)`);
    await client.query(`create database ${TEMPLATE}_draft template template0`);
    await migrate(databaseUrl(server, `${TEMPLATE}_draft`));
    await client.query(`alter database ${TEMPLATE}_draft rename to ${TEMPLATE}`);
    return TEMPLATE;
  });
}

/** Late, so that tests without a schema do not need the runner. */
async function migrate(url: string): Promise<void> {
  const { migrateUp } = await import('../../src/database/migrate.ts');
  await migrateUp({ url });
}

export interface TestServer {
  /** Stays the same over all stops and starts. */
  readonly url: string;
  /** SIGKILL to all its processes, as when the power fails; resolves when nobody answers any more. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A commit must be in the log when the server is killed, or the last of them are lost. */
const KILLABLE = { ...SETTINGS, synchronous_commit: 'on' };

let servers = 0;

/** A server that a test may maltreat. The test stops it at its end. */
export async function createTestServer({
  migrated = true,
  settings = {},
  folder = join(inject('runFolder'), `server-${process.pid}-${++servers}`),
  openToEveryone = false,
}: {
  migrated?: boolean;
  settings?: Readonly<Record<string, string>>;
  /** Where its files and its socket lie, if others must see them. */
  folder?: string;
  openToEveryone?: boolean;
} = {}): Promise<TestServer> {
  const open = () =>
    openEmbedded({ folder, settings: { ...KILLABLE, ...settings }, openToEveryone, log: silent });
  let server = await open();
  if (migrated) await migrate(server.url);
  return {
    url: server.url,
    async kill() {
      const postmaster = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0];
      const { rows } = await withClient(server.url, (client) =>
        client.query('select pid from pg_stat_activity'),
      );
      for (const pid of [Number(postmaster), ...rows.map((row) => row.pid)]) killOne(pid);
      while (await answers(server.url)) await pause(5);
    },
    async start() {
      server = await open();
    },
    stop: () => server.stop(),
  };
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The session that told us of all processes is over.
  }
}

const answers = (url: string): Promise<boolean> => withClient(url, async () => true).catch(() => false);
