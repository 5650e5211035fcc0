/** Real Dovecot 2.3, the real clients and the real login socket; the accounts are in memory. */

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountFacts, CredentialFacts, LoginFacts } from '../../../src/auth/facts.ts';
import { createHashing } from '../../../src/auth/hashing.ts';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { createRemembered } from '../../../src/auth/remember.ts';
import { createLogins } from '../../../src/auth/verify.ts';
import { later } from '../../../src/base/answer.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { type Listening, serveProtocol } from '../../../src/net/serve.ts';
import { login } from '../../../src/protocol/login.ts';
import { memoryCache } from '../../support/address-book.ts';
import { type PrivateDovecot, startDovecot, whyNoDovecot } from './private-dovecot.ts';

const ALICE = 'alice@example.org';
const PASSWORD = 'pä$s "wörd" 🔑';

const account: AccountFacts = {
  user: ALICE,
  home: '/var/mail/example.org/alice',
  uid: 5000,
  gid: 5001,
  mail: 'maildir:~/Maildir',
  quotaBytes: 2 ** 31,
  quotaMessages: null,
};

async function services() {
  const credential: CredentialFacts = {
    id: '1',
    service: 'dovecot',
    label: '',
    hash: await createPasswordHash(PASSWORD),
    mustChange: false,
    isExpired: false,
    isReplaced: false,
    isSuspended: false,
    restoredAt: null,
    networks: [],
    changedAt: '2026-01-01',
  };
  return createLogins({
    logins: memoryCache(
      new Map<string, LoginFacts>([
        [ALICE, { username: ALICE, userId: '1', usable: true }],
        ['locked@example.org', { username: 'locked@example.org', userId: '2', usable: false }],
      ]),
    ),
    credentials: memoryCache(new Map([[ALICE, [credential]]])),
    salts: memoryCache(new Map()),
    accounts: memoryCache(new Map([[ALICE, account]])),
    hashing: createHashing({ atOnce: 2, waiting: 100 }),
    remembered: createRemembered({ key: Buffer.alloc(32), clock: systemClock }),
    log: silent,
  });
}

const reason = whyNoDovecot();
if (reason && process.env.CI) throw new Error(reason);
const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const source = new URL('../../../clients/dovetail-checkpassword', import.meta.url).pathname;
const languages = hasCompiler ? ['Perl', 'C'] : ['Perl'];

test('this machine can run Dovecot 2.3', ({ skip }) => {
  if (reason) skip(reason);
});

describe.skipIf(reason).each(languages)('Dovecot 2.3 with the %s client', (language) => {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'));
  const socket = join(folder, 'login.sock');
  let daemon: Listening;
  let dovecot: PrivateDovecot;

  const start = async () => {
    const protocol = login({
      ...(await services()),
      list: () => later('checkpassword cannot list'),
      log: silent,
    });
    daemon = await serveProtocol({
      protocol,
      endpoint: { kind: 'unix', path: socket, mode: 0o666 },
      log: silent,
      clock: systemClock,
    });
  };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    const program = join(folder, 'dovetail-checkpassword'); // Dovecot's user may be barred from the checkout
    if (language === 'C') execFileSync('cc', ['-O2', '-o', program, `${source}.c`]);
    else copyFileSync(source, program);
    chmodSync(program, 0o755);
    await start();
    dovecot = await startDovecot(join(folder, 'd'), program, socket);
  });

  afterAll(async () => {
    await dovecot?.close();
    await daemon?.close();
    rmSync(folder, { recursive: true });
  });

  const tryLogin = (user: string, password: string) =>
    dovecot.doveadm('auth', 'test', '-x', 'service=imap', user, password);

  test('the right password is right', async () => {
    const { text, code } = await tryLogin(ALICE, PASSWORD);
    expect(text).toContain('auth succeeded');
    expect(code).toBe(0);
  });

  test('a name in other letters is the same user', async () => {
    expect((await tryLogin('Alice@Example.ORG', PASSWORD)).text).toContain(`user=${ALICE}`);
  });

  test.each([
    ['a wrong password', ALICE, 'wrong'],
    ['an empty password', ALICE, ''],
    ['an unknown user', 'nobody@example.org', PASSWORD],
    ['a user who may not use mail', 'locked@example.org', PASSWORD],
  ])('%s is refused', async (_, user, password) => {
    const { text, code } = await tryLogin(user, password);
    expect(text).toContain('auth failed');
    expect(text).not.toContain('temp_fail');
    expect(code).toBe(77);
  });

  test('a look-up of the mailbox finds it with its fields', async () => {
    const { text, code } = await dovecot.doveadm('user', ALICE);
    for (const [field, value] of [
      ['uid', '5000'],
      ['gid', '5001'],
      ['home', account.home],
      ['mail', 'maildir:~/Maildir'],
      ['quota_rule', '*:bytes=2147483648'],
    ]) {
      expect(text).toContain(`${field}\t${value}\n`);
    }
    expect(code).toBe(0);
  });

  test('a look-up of an unknown mailbox says that there is none', async () => {
    const { text, code } = await dovecot.doveadm('user', 'nobody@example.org');
    expect(text).toContain("doesn't exist");
    expect(code).toBe(67);
  });

  test('a look-up of a locked mailbox is temporary: mail that was accepted waits', async () => {
    expect((await dovecot.doveadm('user', 'locked@example.org')).code).toBe(75);
  });

  test('a look-up of the stored password finds it, or says that there is none', async () => {
    const { text, code } = await dovecot.doveadm('auth', 'lookup', '-x', 'service=imap', ALICE);
    expect(text).toMatch(/user +: alice@example.org/);
    expect(code).toBe(0);
    expect((await dovecot.doveadm('auth', 'lookup', 'nobody@example.org')).code).toBe(67);
  });

  test('while the daemon is down everything is temporary, and then right again', async () => {
    await daemon.close();
    const { text, code } = await tryLogin(ALICE, PASSWORD);
    expect(text).toContain('temp_fail');
    expect(code).not.toBe(0);
    expect((await dovecot.doveadm('user', ALICE)).code).toBe(75);
    expect((await dovecot.doveadm('user', 'nobody@example.org')).code).toBe(75);
    await start();
    expect((await tryLogin(ALICE, PASSWORD)).code).toBe(0);
  });
});
