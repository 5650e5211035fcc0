/** Revocation through a real Dovecot: open sessions end, and its auth cache forgets. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { renderTemplate } from '../../../src/config/templates.ts';
import { freePorts } from '../../../src/demo/processes.ts';
import { runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, withClient } from '../../support/database.ts';
import { startDovecot } from '../../support/mail-servers/dovecot.ts';
import { logInBy } from '../../support/mail-servers/logins.ts';
import { canRunDovecot } from '../../support/mail-servers/machines.ts';

const KEY = 'sesame';
const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
/** A number, an IP address, a mask that is everybody's: doveadm knows nobody by such names, or too many. */
const ODD = ['100042', '12.5', '*@example.org'] as const;
/** Dovecot 2.4.1 crashes on authCacheFlush: there the cache must stay off. */
const CACHE: Readonly<Record<DovecotVersion, string>> = { '2.3': 'auth_cache_size = 1M\n', '2.4': '' };
const USERDB: Readonly<Record<DovecotVersion, (home: string) => string>> = {
  '2.3': (home) => `userdb {\n  driver = static\n  args = uid=5000 gid=5000 home=${home}/%u\n}\n`,
  '2.4': (home) =>
    `userdb static {\n  fields {\n    uid = 5000\n    gid = 5000\n    home = ${home}/%{user}\n  }\n}\n`,
};

const PASSDB: Readonly<Record<DovecotVersion, (lua: string) => string>> = {
  '2.3': (lua) => `passdb {\n  driver = lua\n  args = file=${lua} blocking=yes cache_key=%u\n}\n`,
  '2.4': (lua) => `passdb lua {\n  lua_file = ${lua}\n}\n`,
};
/** As config generate has it. */
const ANY_NAME = 'auth_username_chars =\n';
const doveadm = (port: number) =>
  `doveadm_api_key = ${KEY}\nservice doveadm {\n  inet_listener http {\n    port = ${port}\n  }\n}\n`;

async function open(port: number, user: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user, pass: 'secret' },
    logger: false,
  });
  client.on('error', () => undefined);
  onTestFinished(() => client.close());
  await client.connect();
  return client;
}

describe.each(['2.3', '2.4'] as const)('revocation with Dovecot %s', async (version) => {
  const canRun = await canRunDovecot(version, ['imap', 'lua']);

  test.skipIf(!canRun)('ends the sessions of the user alone, whose old password is refused', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.close());
    const sql = (text: string) => withClient(database.url, (client) => client.query(text));
    await sql(`insert into unified.mail_domains (domain) values ('example.org')`);
    await sql(
      `insert into unified.users (username, email) values ('${ALICE}', '${ALICE}'), ('${BOB}', '${BOB}')`,
    );
    await sql(
      `insert into unified.users (username, email) values
       ('${ODD[0]}', 'number@example.org'), ('${ODD[1]}', 'address@example.org'), ('${ODD[2]}', '${ODD[2]}')`,
    );
    await sql(`insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
      select id, 'dovecot', 'PLAIN', 'secret' from unified.users`);

    const [port = 0] = await freePorts(1);
    let runDir = '';
    const dovecot = await startDovecot({
      version,
      protocols: ['imap'],
      configuration: (folder) => {
        runDir = join(folder, 'run-dovetail');
        mkdirSync(runDir);
        chmodSync(runDir, 0o755);
        const homes = join(folder, 'homes');
        mkdirSync(homes);
        chmodSync(homes, 0o777);
        const values = { header: '', dovecot: version, doors: ['lua'], runDir };
        writeFileSync(join(folder, 'etc/dovetail.lua'), renderTemplate('dovecot/dovetail.lua', values));
        const lua = join(folder, 'etc/dovetail.lua');
        return [CACHE[version], ANY_NAME, doveadm(port), PASSDB[version](lua), USERDB[version](homes)].join(
          '\n',
        );
      },
    });
    onTestFinished(() => dovecot.stop());
    const daemon = await runDaemon(database.url, {
      runDir,
      socketMode: 0o666,
      doveadmUrls: [`http://127.0.0.1:${port}`],
      doveadmApiKey: KEY,
      rehashOnLogin: false,
    });
    onTestFinished(() => daemon.close());

    const logIn = (user: string, password: string) => logInBy.imap(dovecot.ports.imap, user, password);
    const [alice, bob] = [await open(dovecot.ports.imap, ALICE), await open(dovecot.ports.imap, BOB)];
    expect(await logIn(ALICE, 'secret')).toBe('in');
    await sql(`update unified.user_passwords set password_hash = 'new' where user_id =
      (select id from unified.users where username = '${ALICE}')`);
    await expect.poll(() => alice.usable).toBe(false);
    expect(await logIn(ALICE, 'secret')).toBe('refused');
    for (const odd of ODD) {
      const session = await open(dovecot.ports.imap, odd);
      await sql(`update unified.users set is_locked = true where username = '${odd}'`);
      await expect.poll(() => session.usable).toBe(false);
    }
    expect(bob.usable).toBe(true);
    await bob.noop();
    bob.close();
    await expect.poll(() => logIn(ALICE, 'new')).toBe('in');
  });
});
