/* The oldest PostgreSQL that is supported, 15, from the machine's packages. The other tests of this
 * folder run on the embedded one, which is the newest. */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateDown, migrateUp } from '../../../src/database/migrate.ts';
import { betweenMajors, dumpCatalog } from '../../support/catalog.ts';
import { withClient } from '../../support/database.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const isThere = existsSync(join(BIN, 'postgres'));
if (!isThere) {
  console.warn(`NOT TESTED on PostgreSQL 15: ${BIN}/postgres is not there (apt-get install postgresql-15)`);
}

describe.skipIf(!isThere)('on PostgreSQL 15', () => {
  let folder: string;
  let server: ReturnType<typeof spawn>;
  let url: string;

  /** As root the server runs as postgres: it refuses root. */
  const asServer = (command: string, args: readonly string[]): [string, string[]] =>
    process.getuid?.() === 0
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]]
      : [command, [...args]];

  beforeAll(async () => {
    folder = await mkdtemp('/tmp/dovetail-pg15-');
    if (process.getuid?.() === 0) execFileSync('chown', ['postgres:', folder]);
    const data = join(folder, 'data');
    execFileSync(
      ...asServer(join(BIN, 'initdb'), [
        '-D',
        data,
        '-A',
        'trust',
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
      ]),
    );
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off'].flatMap((s) => [
      '-c',
      s,
    ]);
    server = spawn(...asServer(join(BIN, 'postgres'), ['-D', data, ...settings]), { stdio: 'ignore' });
    url = `postgres://postgres@localhost/postgres?host=${folder}`;
    while (!(await withClient(url, async () => true).catch(() => false))) await pause(50);
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });

  test('up, down to nothing and up again gives the identical catalog', async () => {
    await migrateUp({ url });
    const first = await dumpCatalog(url);
    await migrateDown({ url, to: 0 });
    await migrateUp({ url });
    expect(await dumpCatalog(url)).toBe(first);
  });

  test('the catalog is that of the newest PostgreSQL, but for the wording of views', async () => {
    const golden = await readFile(new URL('../../golden/schema.sql', import.meta.url), 'utf8');
    const here = await dumpCatalog(url);
    expect(betweenMajors(here)).toBe(betweenMajors(golden.slice(golden.indexOf('-- columns'))));
  });

  test('accounts work: a user, a password, an alias, and what the services see of them', async () => {
    const rows = await withClient(url, async (client) => {
      await client.query(`
        insert into unified.mail_domains (domain) values ('example.org');
        insert into unified.users (username, email) values ('alice', 'alice@example.org');
        insert into unified.user_passwords (user_id, password_hash) select id, 'x' from unified.users;
        insert into unified.email_aliases (alias_email, destination_email) values ('@example.org', 'alice@example.org');
        update unified.users set first_name = 'Alice';
        select unified.create_audit_partitions()`);
      const { rows } = await client.query(`
        select (select count(*)::int from unified.dovecot_auth where username in ('alice', 'alice@example.org')) as passwords,
          (select destination from unified.postfix_virtual_alias_maps where address = 'alice@example.org') as kept,
          (select string_agg(event_type, ' ' order by id) from unified.mailbox_events) as events`);
      return rows;
    });
    expect(rows).toEqual([
      {
        passwords: 2,
        kept: 'alice@example.org',
        events: 'domain_changed created password_changed alias_changed updated',
      },
    ]);
  });
});
