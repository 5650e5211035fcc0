/** brain — dovetail with accounts and a PostgreSQL of its own, which all doors are tried on. */

import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { copyClient, makeScratchFolder, removeScratchFolder } from '../../../src/demo/mail-host.ts';
import { type PrivateDovecot, startDovecot } from '../../../src/demo/private-dovecot.ts';
import { createDovetail, type PrivateDovetail } from '../../../src/demo/private-dovetail.ts';
import { waitUntil } from '../../../src/demo/processes.ts';
import { loginClient, PATIENT } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';
import { type Holder, holdSocket } from '../../support/held.ts';
import { machines } from '../../support/mail-servers/machines.ts';

/** Every character that a protocol on the way might stumble over. */
export const PASSWORD = `pä$s "wörd" \\ {} %u 'x' 🔑`;
export const APP_PASSWORD = 'only for the phone';

/** More than one page of LIST, all of whom may use mail. */
const CROWD = Array.from({ length: 999 }, (_, n) => `user${String(n).padStart(3, '0')}@crowd.example`);
const setPassword = (change: string): string =>
  `update unified.user_passwords set ${change} where user_id = (select id from unified.users where username = $1)`;

/** Their passwords are right, and open nothing: not from everywhere, not any more, not yet. */
const shutPasswords = {
  'dave@example.org': setPassword("allowed_networks = '{192.0.2.0/24}'"),
  'erin@example.org': setPassword("expires_at = now() - interval '1 day'"),
  'frank@example.org': setPassword('must_change_on_next_login = true'),
  'grace@example.org': setPassword("suspended_at = now(), suspended_because = 'a spread'"),
  'heidi@example.org': `insert into unified.app_password_rules (user_id)
                        select id from unified.users where username = $1`,
} as const;
/** They may not use mail, and nobody lists them. */
const shutUsers = {
  'ivan@example.org': 'update unified.users set is_locked = true where username = $1',
  'judy@example.org': `insert into unified.user_roles (user_id, role_name)
                       select id, 'no_email' from unified.users where username = $1`,
  'kim@off.example':
    "update unified.mail_domains set is_active = false where domain = split_part($1, '@', 2)",
} as const;
export const OBSTACLES = { ...shutPasswords, ...shutUsers };
export const EVERYBODY = ['alice@example.org', 'bob@example.org', ...Object.keys(shutPasswords), ...CROWD];

export interface Brain {
  readonly dovetail: PrivateDovetail;
  readonly database: TestServer;
  /** A Dovecot that asks through this door; with settings of its own on top, as in local.conf. */
  startDovecot(version: DovecotVersion, door: string, settings?: string): Promise<PrivateDovecot>;
  close(): Promise<void>;
}

// Wrong passwords are answered at once: nobody guesses here.
const NO_DELAYS: Readonly<Record<DovecotVersion, string>> = {
  '2.3': 'auth_failure_delay = 0\n',
  '2.4': 'auth_failure_delay = 0\nauth_internal_failure_delay = 0\n',
};

/** Both machines see its folder, if there are both. */
export async function openBrain(env: Readonly<Record<string, string>> = {}): Promise<Brain> {
  const { root } = machines['2.4'];
  const folder = makeScratchFolder(root !== undefined && existsSync(root) ? root : undefined);
  const closers: (() => Promise<void> | void)[] = [() => removeScratchFolder(folder)];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const database = await createTestServer({ folder: join(folder, 'pg'), openToEveryone: true });
    closers.push(() => database.stop());
    // What docs/operations.md tells people to make for the SQL door.
    await withClient(database.url, (client) =>
      client.query('create role dovecot login in role dovetail_lookup'),
    );
    const held = join(folder, 'auth-worker.sock');
    let holder: Holder | undefined;
    closers.push(() => holder?.close());
    const dovetail = createDovetail({
      folder,
      databaseUrl: database.url,
      env: { ...PATIENT, DOVETAIL_AUTH_WORKER: 'on', ...env },
      async launch(program, env) {
        const logFile = join(folder, 'dovetail.log');
        holder ??= await holdSocket({ path: held, name: 'auth-worker.sock', program, env, logFile });
        return holder.start();
      },
    });
    await addAccounts(dovetail, database);
    await dovetail.start();
    closers.push(() => dovetail.stop());
    const start = dovecots(folder, dovetail, database);
    return { dovetail, database, startDovecot: start, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addAccounts({ command, moveHomes }: PrivateDovetail, { url }: TestServer): Promise<void> {
  const input = `${PASSWORD}\n`;
  await command(['domain', 'add', 'example.org']);
  for (const name of ['alice', 'bob', 'carol']) {
    await command(['user', 'add', `${name}@example.org`, '--password-stdin'], { input });
  }
  await command(['quota', 'set', 'alice@example.org', '3G']);
  const forImap = ['password', 'add', 'bob@example.org', '--service', 'imap', '--label', 'phone'];
  await command([...forImap, '--password-stdin'], { input: `${APP_PASSWORD}\n` });
  await command(['user', 'set', 'carol@example.org', '--disable']);
  await command(['domain', 'add', 'off.example']);
  for (const [user, change] of Object.entries(OBSTACLES)) {
    await command(['user', 'add', user, '--password-stdin'], { input });
    await withClient(url, (client) => client.query(change, [user]));
  }
  await command(['domain', 'add', 'crowd.example']);
  await withClient(url, (client) =>
    client.query('insert into unified.users (email) select unnest($1::text[])', [CROWD]),
  );
  await moveHomes();
}

function dovecots(scratch: string, dovetail: PrivateDovetail, database: TestServer): Brain['startDovecot'] {
  const url = new URL(database.url);
  const connection = `host=${url.searchParams.get('host')} dbname=${url.pathname.slice(1)} user=dovecot`;
  return async (version, door, settings = '') => {
    const folder = join(scratch, `${version}-${door.replace(',', '-')}`);
    const generated = join(folder, 'generated');
    mkdirSync(join(folder, 'queue/private'), { recursive: true });
    // As dovecot.service.d/dovetail.conf does.
    mkdirSync(join(folder, 'd/run'), { recursive: true });
    if (door.startsWith('auth-worker'))
      symlinkSync(join(scratch, 'auth-worker.sock'), join(folder, 'd/run/auth-worker'));
    // The trial before may have killed the database, and Dovecot's own SQL driver be back sooner.
    await waitUntil('dovetail knows its users', () => knowsUsers(join(dovetail.runDir, 'login.sock')));
    const client = copyClient(scratch);
    const words = ['config', 'generate', '--output', generated, '--dovecot', version, '--door', door];
    const places = ['--dovecot-folder', join(generated, 'dovecot'), '--postfix-queue', join(folder, 'queue')];
    const others = ['--checkpassword', client, '--sql-connection', connection];
    const rest = ['--ssl-cert', '/dev/null', '--ssl-key', '/dev/null', '--with', 'last-login'];
    await dovetail.command([...words, ...places, ...others, ...rest]);
    return startDovecot({
      folder: join(folder, 'd'),
      generated: join(generated, 'dovecot'),
      machine: machines[version],
      protocols: ['imap', 'lmtp', 'pop3', 'sieve'],
      settings: NO_DELAYS[version] + settings,
    });
  };
}

async function knowsUsers(loginSocket: string): Promise<boolean> {
  const client = loginClient(loginSocket);
  const reply = await client.ask('V1\tUSERDB\talice@example.org\t\timap\t');
  client.end();
  return reply?.startsWith('OK\t') ?? false;
}
