/** `dovetail certificate`: what an administrator types, sees and gets, and what the daemon then serves. */

import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { must as mustRun } from '../../../src/demo/processes.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const MX = 'mx.one.example';

let database: TestDatabase;
/** Where an administrator has his files, and where dovetail keeps its own. */
let given: string;
let kept: string;

beforeAll(async () => {
  given = mkdtempSync(join(tmpdir(), 'dovetail-given-'));
  await makeCertificate(given, 'ca', 'Some CA', { days: 3650 });
  await makeCertificate(given, 'one', MX, {
    days: 90,
    also: ['smtp.one.example', '*.two.example'],
    by: 'ca',
  });
  await makeCertificate(given, 'new', MX, { days: 120, by: 'ca' });
  await makeCertificate(given, 'soon', 'soon.example', { days: 5 });
  await makeCertificate(given, 'plain', 'plain.example', { days: 60 });
  appendFileSync(join(given, 'one.pem'), readFileSync(join(given, 'ca.pem')));
  const locked = ['-in', join(given, 'one.key'), '-out', join(given, 'locked.key')];
  await mustRun('openssl', ['pkey', ...locked, '-aes256', '-passout', 'pass:hunter2']);
  await makeCertificate(given, 'late', 'late.example', { days: 1 });
});

beforeEach(async () => {
  await database?.close();
  database = await createTestDatabase();
  if (kept) rmSync(kept, { recursive: true });
  kept = mkdtempSync(join(tmpdir(), 'dovetail-kept-'));
});

afterAll(async () => {
  await database?.close();
  for (const folder of [given, kept]) rmSync(folder, { recursive: true });
});

async function dovetail(line: string, now?: Date) {
  const env = { DATABASE_URL: database.url, DOVETAIL_CERTIFICATE_DIR: kept };
  const { world, words } = createTestWorld({ env });
  // Spread, a world would forget the exit code that it is told.
  const there = now ? { ...world, clock: { ...world.clock, date: () => now } } : world;
  const code = await run(line.split(' '), there, commands, '0.0.0');
  return { code, ...words };
}

async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line);
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}
const json = async (line: string) => JSON.parse(await must(`${line} --json`));
const files = (file: string, key = file) => `--chain ${given}/${file}.pem --key ${given}/${key}.key`;
const copies = (name: string) => (existsSync(join(kept, name)) ? readdirSync(join(kept, name)) : []);
const served = async (name: string) =>
  Buffer.from(
    JSON.parse((await dovetail(`lookup tls_server_sni_maps ${name} --show-secret --json`)).stdout).value ??
      '',
    'base64',
  ).toString();

test('a certificate is added with its files, and served with its key for each of its names', async () => {
  expect(await must(`certificate add ${MX} ${files('one')}`)).toMatch(
    /^mx\.one\.example has its certificate now, until \d{4}-\d\d-\d\d/u,
  );
  const leaf = readFileSync(join(given, 'one.pem'), 'utf8').split('\n')[1] as string;
  for (const name of [MX, 'smtp.one.example', 'any.two.example']) {
    const pem = await served(name);
    expect(pem).toContain(leaf);
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----/u);
    expect(pem.match(/BEGIN CERTIFICATE/gu)).toHaveLength(2);
  }
});

test('what is shown comes from the certificate, and no key is among it', async () => {
  const added = await must(`certificate add ${MX} ${files('one')} --json`);
  const shown = await json(`certificate show ${MX}`);
  expect(shown).toMatchObject({
    name: MX,
    other_names: ['smtp.one.example', '*.two.example'],
    issuer: 'CN=Some CA',
    type: 'ca-signed',
    state: 'valid',
    days_left: 89,
    files: { usable: true, key: 'ec prime256v1', subject: `CN=${MX}` },
    notes: [],
  });
  expect(Date.parse(shown.not_after)).toBeGreaterThan(Date.now());
  expect(await must(`certificate show smtp.one.example`)).toContain('CN=Some CA');
  const key = readFileSync(join(given, 'one.key'), 'utf8').split('\n').slice(1, -2);
  const trail = await withClient(database.url, async (client) =>
    JSON.stringify((await client.query('select * from unified.audit_log')).rows),
  );
  for (const text of [added, JSON.stringify(shown), await must('certificate list --json'), trail]) {
    for (const line of key) expect(text).not.toContain(line);
  }
  expect(trail).toContain('certificate.add');
});

test('copies of the files are for the daemon alone', async () => {
  await must(`certificate add ${MX} ${files('one')}`);
  const { key_file: key, chain_file: chain } = await json(`certificate show ${MX}`);
  expect((statSync(join(kept, key)).mode & 0o777).toString(8)).toBe('640');
  expect((statSync(join(kept, chain)).mode & 0o777).toString(8)).toBe('644');
});

test('each file is remembered as it was added, and a look finds what became of it', async () => {
  await must(`certificate add ${MX} ${files('one')}`);
  await must(`certificate add plain.example ${files('plain')}`);
  const { key_file: key, chain_file: chain } = await json(`certificate show ${MX}`);
  const status = () =>
    withClient(database.url, async (client) => {
      const words = 'file_type, file_path, file_size::int, file_permissions, verification_status as status';
      const what = `select ${words} from unified.certificate_file_status where domain = $1 order by file_type`;
      return (await client.query(what, [MX])).rows;
    });
  const [fullchain, privateKey] = await status();
  expect([fullchain, privateKey]).toEqual([
    {
      ...{ file_type: 'fullchain', file_path: chain, file_size: statSync(join(kept, chain)).size },
      ...{ file_permissions: '0644', status: 'valid' },
    },
    {
      ...{ file_type: 'private_key', file_path: key, file_size: statSync(join(kept, key)).size },
      ...{ file_permissions: '0640', status: 'valid' },
    },
  ]);
  expect(await json('certificate verify')).toMatchObject([
    { name: MX, type: 'fullchain', path: chain, status: 'valid', why: null },
    { name: MX, type: 'private_key', path: key, status: 'valid', why: null },
    { name: 'plain.example' },
    { name: 'plain.example' },
  ]);

  appendFileSync(join(kept, chain), '\n');
  chmodSync(join(kept, key), 0o644);
  const looked = await dovetail(`certificate verify ${MX} --json`);
  expect(looked.code).toBe(1);
  expect(JSON.parse(looked.stdout)).toMatchObject([
    { type: 'fullchain', status: 'changed', why: expect.stringContaining('add the certificate again') },
    { type: 'private_key', status: 'invalid', why: expect.stringContaining('everybody') },
  ]);
  expect(await status()).toMatchObject([
    { status: 'changed', file_size: fullchain.file_size },
    { status: 'invalid', file_permissions: '0644' },
  ]);

  rmSync(join(kept, key));
  mkdirSync(join(kept, key));
  rmSync(join(kept, chain));
  expect(JSON.parse((await dovetail(`certificate verify ${MX} --json`)).stdout)).toMatchObject([
    { type: 'fullchain', status: 'missing' },
    { type: 'private_key', status: 'unreadable', why: expect.stringContaining('EISDIR') },
  ]);
  rmSync(join(kept, key), { recursive: true });

  await must(`certificate add ${MX} ${files('new')}`);
  expect(await must(`certificate verify ${MX}`)).toMatch(/mx\.one\.example +private key +\S+ +valid/u);
  expect((await dovetail('certificate verify nobody.example')).stderr).toContain(
    'no certificate of this name',
  );
});

test('a renewed one takes its place, and the files of the one before stay until the next', async () => {
  await must(`certificate add ${MX} ${files('one')}`);
  const before = await served(MX);
  expect((await json(`certificate add ${MX} ${files('new')}`)).replaced).toBe(true);
  expect(await served(MX)).not.toBe(before);
  expect(await served('smtp.one.example')).toBe('');
  expect(copies(MX)).toHaveLength(4);
  for (const file of copies(MX)) utimesSync(join(kept, MX, file), 0, 0);
  await must(`certificate add ${MX} ${files('one')}`);
  await must(`certificate add ${MX} ${files('one')}`);
  expect(copies(MX)).toHaveLength(2);
  expect(await served(MX)).toBe(before);
  expect(await json('certificate list')).toHaveLength(1);
});

test('two that are added at once leave one', async () => {
  const codes = await Promise.all(
    ['one', 'new'].map(async (file) => (await dovetail(`certificate add ${MX} ${files(file)}`)).code),
  );
  expect(codes).toEqual([0, 0]);
  expect(await json('certificate list')).toHaveLength(1);
  expect(await served(MX)).toMatch(/BEGIN PRIVATE KEY/u);
});

test('files below the certificate folder are used where they are', async () => {
  await makeCertificate(kept, 'live', 'live.example', { days: 60 });
  await must(`certificate add live.example --chain ${kept}/live.pem --key ${kept}/live.key`);
  expect(await json('certificate show live.example')).toMatchObject({
    key_file: 'live.key',
    chain_file: 'live.pem',
    type: 'self-signed',
  });
  await makeCertificate(kept, 'live', 'live.example', { days: 99 });
  expect(await json('certificate show live.example')).toMatchObject({
    days_left: 59,
    notes: [expect.stringContaining('the files hold another certificate')],
  });
  await must(`certificate add live.example --chain ${kept}/live.pem --key ${kept}/live.key`);
  expect(await json('certificate show live.example')).toMatchObject({ days_left: 98, notes: [] });
  await must('certificate remove live.example');
  expect(existsSync(join(kept, 'live.key'))).toBe(true);
});

test('the list says what ends soon', async () => {
  await must(`certificate add ${MX} ${files('one')}`);
  await must(`certificate add soon.example ${files('soon')}`);
  const states = (await json('certificate list')).map((row: Record<string, unknown>) => [
    row.name,
    row.state,
  ]);
  expect(states).toEqual([
    [MX, 'valid'],
    ['soon.example', 'critical'],
  ]);
  expect(await must('certificate list')).toMatch(/soon\.example .*critical/u);
  expect((await json('certificate list --ending 30d')).map((row: { name: string }) => row.name)).toEqual([
    'soon.example',
  ]);
});

test('a removed one is served no more, and its copies are gone', async () => {
  await must(`certificate add ${MX} ${files('one')}`);
  await must(`certificate remove ${MX}`);
  expect(await served(MX)).toBe('');
  expect(copies(MX)).toEqual([]);
  expect((await dovetail(`certificate show ${MX}`)).code).toBe(1);
  expect((await dovetail(`certificate remove ${MX}`)).stderr).toContain(
    'there is no certificate of this name',
  );
});

test.each([
  [
    'a key of another certificate',
    `${MX} FILES(one,new)`,
    1,
    'the private key is not that of the certificate',
  ],
  ['a key with a passphrase', `${MX} FILES(one,locked)`, 1, 'passphrase'],
  [
    'a file that is no certificate',
    `${MX} --chain GIVEN/one.key --key GIVEN/one.key`,
    1,
    'the certificate cannot be read',
  ],
  ['a file that is not there', `${MX} --chain GIVEN/none.pem --key GIVEN/one.key`, 1, 'none.pem'],
  ['a name that it is not for', 'other.example FILES(one)', 1, 'it is for mx.one.example, smtp.one.example'],
  ['no name', 'no_name FILES(one)', 1, 'no_name'],
  ['no files', MX, 2, '--chain'],
])('%s is refused, and nothing is served', async (_what, words, code, why) => {
  const line = words
    .replaceAll('GIVEN', given)
    .replace(/FILES\((\w+),?(\w*)\)/u, (_all, file, key) => files(file, key || file));
  const outcome = await dovetail(`certificate add ${line}`);
  expect(outcome).toMatchObject({ code });
  expect(outcome.stderr).toContain(why);
  expect(outcome.stdout + outcome.stderr).not.toContain('BEGIN');
  expect(await json('certificate list')).toEqual([]);
  expect(readdirSync(kept)).toEqual([]);
});

test.each([
  ['has ended', 2, 'it ended on'],
  ['has not begun', -2, 'it is not valid before'],
])('one that %s is refused', async (_what, days, why) => {
  const now = new Date(Date.now() + days * 86_400_000);
  const { code, stderr } = await dovetail(`certificate add late.example ${files('late')}`, now);
  expect(code).toBe(1);
  expect(stderr).toContain(why);
});

test.each([
  ['with its issuer', 'one', []],
  ['without its issuer', 'new', [expect.stringContaining('the file does not hold who signed it')]],
  ['self-signed', 'plain', [expect.stringContaining('it signs itself')]],
])('a chain is looked at: %s', async (_what, file, notes) => {
  const name = file === 'plain' ? 'plain.example' : MX;
  expect((await json(`certificate add ${name} ${files(file)}`)).notes).toEqual(notes);
});

test('show says why what lies in the files cannot be served', async () => {
  await makeCertificate(kept, 'live', 'live.example');
  await must(`certificate add live.example --chain ${kept}/live.pem --key ${kept}/live.key`);
  rmSync(join(kept, 'live.key'));
  expect(await json('certificate show live.example')).toMatchObject({
    files: { usable: false, why: expect.stringContaining('live.key') },
  });
});
