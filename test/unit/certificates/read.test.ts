/** The certificate of a name: chosen among rows, read from files, and looked at before it is served. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CertificateFacts, readCertificates } from '../../../src/certificates/read.ts';
import { openCertificateFolder } from '../../../src/config/certificate-folder.ts';
import type { CertificateRow } from '../../../src/database/lookups.ts';
import { must } from '../../../src/demo/processes.ts';
import { makeCertificate } from '../../support/certificates.ts';

let folder = '';
const text = (file: string) => readFileSync(join(folder, file), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-certificates-'));
  await makeCertificate(folder, 'one', 'one.example', { days: 10 });
  await makeCertificate(folder, 'two', 'two.example');
  const locked = ['-in', join(folder, 'one.key'), '-out', join(folder, 'locked.key')];
  await must('openssl', ['pkey', ...locked, '-aes256', '-passout', 'pass:hunter2']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const row = (names: string, changes: Partial<CertificateRow> = {}): CertificateRow => ({
  names: names.split(' '),
  private_key_path: 'one.key',
  certificate_path: 'one.pem',
  chain_path: null,
  changes_in: null,
  ...changes,
});

const read = (
  rows: readonly CertificateRow[],
  names: readonly string[],
  now = Date.now(),
  said: unknown[] = [],
) => {
  const readFile = openCertificateFolder({ certificateDir: folder, stateDir: '/nowhere' });
  const database = { rows: async () => rows as never };
  const clock = { date: () => new Date(now) };
  const log = { warn: (_event: string, fields: unknown) => void said.push(fields) };
  return readCertificates({ database, readFile, clock, log }, names);
};
const why = (facts: CertificateFacts | undefined) => (facts?.kind === 'unusable' ? facts.why : facts?.kind);

test('a name is served its key and chain as Postfix takes them, until the certificate ends', async () => {
  const facts = (await read([row('a.example one.example')], ['one.example', 'none.example'])).get(
    'one.example',
  );
  if (facts?.value?.kind !== 'pair') throw new Error('no pair');
  const pem = Buffer.from(facts.value.base64, 'base64').toString();
  expect(pem).toBe(`${text('one.key').trim()}\n${text('one.pem').trim()}\n`);
  expect(facts.changesIn).toBeGreaterThan(0);
  expect(facts.changesIn).toBeLessThanOrEqual(10 * 86_400_000);
});

test('of a name without a row nothing is told: it is proven absent', async () => {
  expect([...(await read([row('one.example')], ['none.example'])).keys()]).toEqual([]);
});

test('the first row that has the name decides', async () => {
  const two = row('two.example b.example', { private_key_path: 'two.key', certificate_path: 'two.pem' });
  const facts = await read([two, row('b.example')], ['b.example']);
  const value = facts.get('b.example')?.value;
  expect(value?.kind === 'pair' && Buffer.from(value.base64, 'base64').toString()).toContain(text('two.pem'));
});

test('one that cannot be used does not stand in the way of an older one that can', async () => {
  const said: unknown[] = [];
  const renewed = row('one.example', { certificate_path: 'gone.pem' });
  const facts = (await read([renewed, row('one.example')], ['one.example'], Date.now(), said)).get(
    'one.example',
  );
  expect(facts?.value?.kind).toBe('pair');
  expect(facts?.changesIn).toBe(10_000);
  expect(said).toEqual([{ name: 'one.example', why: expect.stringMatching(/gone\.pem/u) }]);
});

test('a certificate and the rest of its chain in two files are one', async () => {
  const facts = await read([row('one.example', { chain_path: 'two.pem' })], ['one.example']);
  const value = facts.get('one.example')?.value;
  const pem = value?.kind === 'pair' ? Buffer.from(value.base64, 'base64').toString() : '';
  expect(pem).toContain(`${text('one.pem')}${text('two.pem')}`);
});

test('one that has ended is not served, whatever the schema says', async () => {
  const facts = await read([row('one.example')], ['one.example'], Date.now() + 11 * 86_400_000);
  expect(facts.get('one.example')).toEqual({ value: undefined });
});

test('what the schema says of its end is believed too', async () => {
  const facts = await read([row('one.example', { changes_in: 60 })], ['one.example']);
  expect(facts.get('one.example')?.changesIn).toBe(60_000);
});

test.each([
  [
    'the key of another certificate',
    { private_key_path: 'two.key' },
    /^the private key is not that of .*one\.pem$/u,
  ],
  ['a key with a passphrase', { private_key_path: 'locked.key' }, /or has a passphrase: one\.pem$/u],
  ['no key in the file', { private_key_path: 'one.pem' }, /^the private key cannot be read/u],
  [
    'no certificate in the file',
    { certificate_path: 'one.key' },
    /^the certificate cannot be read: one\.key$/u,
  ],
  ['a file that is not there', { certificate_path: 'gone.pem' }, /no such file .*gone\.pem/u],
])('%s is unusable, says why, and is looked at again soon', async (_, changes, reason) => {
  const facts = await read([row('one.example', changes), row('x.example')], ['one.example', 'x.example']);
  expect(why(facts.get('one.example')?.value)).toMatch(reason);
  expect(facts.get('one.example')?.changesIn).toBe(10_000);
  // And it does not stand in the way of others.
  expect(why(facts.get('x.example')?.value)).toBe('pair');
});
