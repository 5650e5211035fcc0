import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { keyOfSetting } from '../../../src/auth/guessing/shared-key.ts';
import { policyNonce } from '../../../src/config/policy-nonce.ts';

const newFolder = () => mkdtempSync(join(inject('runFolder'), 'nonce-'));

function folderWith(dovecotConf: string): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'dovecot'));
  writeFileSync(join(folder, 'dovecot/dovecot.conf'), dovecotConf);
  return folder;
}

test('each installation has a nonce of its own that nobody can guess', () => {
  const [one, other] = [newFolder(), newFolder()].map((folder) => policyNonce(folder, undefined));
  expect(one).toMatch(/^[\da-f]{32}$/);
  expect(other).not.toBe(one);
});

test('to generate again keeps it', () => {
  const nonce = policyNonce(newFolder(), undefined);
  expect(policyNonce(folderWith(`# …\nauth_policy_hash_nonce = ${nonce}\n`), undefined)).toBe(nonce);
});

test('one that everybody knows is not kept', () => {
  expect(policyNonce(folderWith('auth_policy_hash_nonce = dovetail\n'), undefined)).not.toBe('dovetail');
});

test('hosts with one key of guessing have the same, and it does not tell that key', () => {
  const key = keyOfSetting('a key of at least thirty-two characters');
  const [one, other] = [newFolder(), newFolder()].map((folder) => policyNonce(folder, key));
  expect(one).toBe(other);
  expect(policyNonce(newFolder(), keyOfSetting('another key of thirty-two characters'))).not.toBe(one);
  expect(key.toString('hex')).not.toContain(one);
});
