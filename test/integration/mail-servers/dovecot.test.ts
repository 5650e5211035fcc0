/** The ground for tests with Dovecot, itself: every endpoint of both versions. */

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { startDovecot, type TestDovecot } from '../../support/mail-servers/dovecot.ts';
import { canRunDovecot } from '../../support/mail-servers/machines.ts';

const USERS: Readonly<Record<DovecotVersion, (folder: string) => string>> = {
  '2.3': (folder) => `
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=${folder}/%u
}`,
  '2.4': (folder) => `
passdb static {
  password = secret
}
userdb static {
  fields {
    uid = 5000
    gid = 5000
    home = ${folder}/%{user}
  }
}`,
};

/** The first line that a server says. */
const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(String(bytes).split('\r\n')[0] ?? '');
    });
  });

describe.each(['2.3', '2.4'] as const)('a Dovecot %s of our own', async (version) => {
  const canRun = await canRunDovecot(version, ['imap', 'lmtp', 'pop3', 'sieve']);

  describe.skipIf(!canRun)('with every protocol', () => {
    let dovecot: TestDovecot;

    beforeAll(async () => {
      dovecot = await startDovecot({ version, configuration: USERS[version] });
    });
    afterAll(() => dovecot?.stop());

    test.each([
      ['imap', /^\* OK .*Dovecot/],
      ['pop3', /^\+OK Dovecot/],
      ['lmtp', /^220 .*Dovecot/],
      ['sieve', /^"IMPLEMENTATION" "Dovecot .*Pigeonhole"/],
    ] as const)('%s answers', async (protocol, greets) => {
      expect(await greeting(dovecot.ports[protocol])).toMatch(greets);
    });

    test('doveadm asks it, and its exit code is told', async () => {
      const { stdout, code } = await dovecot.doveadm('user', 'alice@example.org');
      expect(stdout).toContain(`home\t${dovecot.folder}/alice@example.org`);
      expect(code).toBe(0);
      expect(await dovecot.doveadm('auth', 'test', 'alice@example.org', 'guess')).toMatchObject({ code: 77 });
    });

    test('it is the version that was asked for', () => {
      expect(dovecot.log()).toContain(`Dovecot v${version}.`);
    });
  });
});
