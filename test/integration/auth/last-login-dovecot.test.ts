/** Dovecot's last_login tells dovetail who came, where Dovecot itself compares the passwords. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { renderTemplate } from '../../../src/config/templates.ts';
import { runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, withClient } from '../../support/database.ts';
import { startDovecot, type TestDovecot } from '../../support/mail-servers/dovecot.ts';
import { logInBy } from '../../support/mail-servers/logins.ts';
import { canRunDovecot } from '../../support/mail-servers/machines.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';

/** Dovecot compares; the rest is as `config generate --with last-login` writes it. */
const CONFIGURATION: Readonly<Record<DovecotVersion, (folder: string, runDir: string) => string>> = {
  '2.3': (folder, runDir) => `
passdb {
  driver = passwd-file
  args = ${folder}/etc/users
}
userdb {
  driver = passwd-file
  args = ${folder}/etc/users
}
${renderTemplate('dovecot-2.3/last-login.conf', { runDir })}`,
  '2.4': (folder, runDir) => `
passdb passwd-file {
  passwd_file_path = ${folder}/etc/users
}
userdb passwd-file {
  passwd_file_path = ${folder}/etc/users
}
${renderTemplate('dovecot-2.4/last-login.conf', { runDir })}`,
};

function open(version: DovecotVersion, onFolder: (runDir: string) => void): Promise<TestDovecot> {
  return startDovecot({
    version,
    protocols: ['imap'],
    configuration(folder) {
      const [runDir, homes] = [join(folder, 'run-dovetail'), join(folder, 'homes')];
      for (const [path, mode] of [
        [runDir, 0o755],
        [homes, 0o777],
      ] as const) {
        mkdirSync(path);
        chmodSync(path, mode);
      }
      const users = [ALICE, BOB].map((user) => `${user}:{PLAIN}secret:5000:5000::${homes}/${user}::\n`);
      writeFileSync(join(folder, 'etc/users'), users.join(''));
      onFolder(runDir);
      return CONFIGURATION[version](folder, runDir);
    },
  });
}

describe.each(['2.3', '2.4'] as const)('last logins with Dovecot %s', async (version) => {
  const canRun = await canRunDovecot(version, ['imap']);

  test.skipIf(!canRun)(
    'who logged in is known, and who did not is not',
    async () => {
      const database = await createTestDatabase();
      onTestFinished(() => database.close());
      const sql = (text: string) =>
        withClient(database.url, async (client) => (await client.query(text)).rows);
      await sql(`insert into unified.mail_domains (domain) values ('example.org')`);
      await sql(
        `insert into unified.users (username, email) values ('${ALICE}', '${ALICE}'), ('${BOB}', '${BOB}')`,
      );
      let runDir = '';
      const dovecot = await open(version, (folder) => {
        runDir = folder;
      });
      onTestFinished(() => dovecot.stop());
      const daemon = await runDaemon(database.url, { runDir, socketMode: 0o666 });
      onTestFinished(() => daemon.close());
      expect(await logInBy.imap(dovecot.ports.imap, ALICE, 'secret')).toBe('in');
      const seen = () => sql('select username from unified.users where last_login_at is not null');
      await expect.poll(seen, { interval: 100 }).toEqual([{ username: ALICE }]);
    },
    120_000,
  );
});
