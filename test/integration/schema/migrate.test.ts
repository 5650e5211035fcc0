import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  checkCompatible,
  type MigrationStep,
  migrateDown,
  migrateUp,
  migrationStatus,
  verifyMigrations,
} from '../../../src/database/migrate.ts';
import { readSqlFiles, sqlFolder } from '../../../src/database/migrate-files.ts';
import { dumpCatalog } from '../../support/catalog.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let database: TestDatabase;
let other: TestDatabase;
let url: string;

// Roles belong to the whole server. While another database uses them, going down leaves them.
beforeAll(async () => {
  other = await createTestDatabase();
});
afterAll(() => other.close());

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  url = database.url;
});
afterEach(() => database.close());

/** What is in the database besides what PostgreSQL puts there. */
const leftovers = (of: string): Promise<string[]> =>
  withClient(of, async (client) => {
    const { rows } = await client.query<{ name: string }>(`
      select nspname as name
      from pg_namespace
      where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')
      union all
      select relname from pg_class where relnamespace = 'public'::regnamespace`);
    return rows.map(({ name }) => name);
  });

/** Of what came after the first release of accounts, as it may stand there. */
const rowsOfEachKind = `
insert into unified.mail_domains (domain) values ('example.org');
insert into unified.mail_domains (domain, domain_type, transport) values ('relay.example', 'relay', 'smtp:[10.0.0.1]');
insert into unified.users (username, email) values ('bob', 'bob@example.org'), ('eve', 'eve@example.org');
insert into unified.user_passwords (user_id, service, label, hash_scheme, password_hash, allowed_networks)
select id, 'dovecot', 'phone', 'BLF-CRYPT', '$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe', '{192.0.2.0/24}'
from unified.users;
insert into unified.user_quotas (user_id, quota_value) select id, 1000 from unified.users where username = 'bob';
select unified.record_usage('{bob}', '{storage}', '{999}', '{false}');
select unified.suspend_password((select min(id) from unified.user_passwords), 'why', '{}');
select unified.report_spread('eve', 'why', '{}');
insert into unified.rate_limits (counted_by, counter, window_seconds, max_count, suspends) values
  ('credential', 'new_networks', 3600, 3, true), ('credential', 'bounces', 3600, 3, true), ('credential', 'messages', 3600, 3, false), ('network', 'messages', 3600, 3, false);
insert into unified.map_entries (map, key, value) values
  ('relay_recipient_maps', 'a@relay.example', 'x'), ('smtp_sasl_password_maps', 'mx.example', 'a:b');
insert into unified.access_entries (side, pattern, verdict) values
  ('client', '192.0.2.0/24', 'block'), ('sender', '.x.example', 'allow');
insert into unified.greylist_entries (key, kind, first_seen_at, seen_at, expires_at)
values (gen_random_uuid(), 'triplet', now(), now(), now());
insert into unified.srs_secrets (secret) values ('abcdefghijklmnop');
insert into unified.manager_grants (user_id, address) select id, 'x@example.org' from unified.users;
insert into unified.app_password_rules (domain) values ('example.org');`;

describe('up and down', () => {
  test('up, down to nothing, and up again gives the identical catalog', async () => {
    await migrateUp({ url });
    const first = await dumpCatalog(url);
    await migrateDown({ url, to: 0 });
    expect(await leftovers(url)).toEqual([]);
    await migrateUp({ url });
    expect(await dumpCatalog(url)).toBe(first);
  });

  test('each migration is undone to exactly what was there before it', async () => {
    const { migrations } = await readSqlFiles();
    const snapshots = new Map<number, string>();
    for (const { number, sql } of migrations) {
      await withClient(url, (client) => client.query(sql));
      snapshots.set(number, await dumpCatalog(url));
    }
    for (const { number, undo } of migrations.toReversed()) {
      await withClient(url, (client) => client.query(undo));
      const before = snapshots.get(number - 1);
      if (before)
        expect(withoutGrants(await dumpCatalog(url)), `undo of ${number}`).toBe(withoutGrants(before));
    }
    expect(await leftovers(url)).toEqual([]);
  });

  test('undone one by one with rows in every table, and done again, accounts are what they were', async () => {
    await migrateUp({ url });
    await withClient(url, (client) => client.query(rowsOfEachKind));
    const { migrations } = await readSqlFiles();
    const accounts =
      'select (select count(*) from unified.users) + (select count(*) from unified.user_passwords) as n';
    for (const { number } of migrations.filter((one) => one.number >= 45).toReversed()) {
      await migrateDown({ url, to: number - 1 });
    }
    await migrateUp({ url });
    const { rows } = await withClient(url, (client) => client.query<{ n: string }>(accounts));
    expect(rows).toEqual([{ n: '4' }]);
  });

  test('down to a number keeps what is below it, and up completes it', async () => {
    await migrateUp({ url });
    const whole = await dumpCatalog(url);
    const { undone } = await migrateDown({ url, to: 29 });
    expect(undone.at(-1)).toBe('030_create_utility_functions');
    expect(await migrationStatus({ url })).toMatchObject({ missing: undone.toReversed(), viewsDiffer: true });
    await migrateUp({ url });
    expect(await dumpCatalog(url)).toBe(whole);
  });

  test('a second up does nothing', async () => {
    await migrateUp({ url });
    expect(await migrateUp({ url })).toEqual({ applied: [], undone: [], viewsRebuilt: false });
  });

  test('progress names each step', async () => {
    const steps: MigrationStep[] = [];
    await migrateUp({ url, onProgress: (step) => steps.push(step) });
    expect(steps.filter(({ kind }) => kind === 'applied')[0]).toMatchObject({ name: '001_create_schema' });
    expect(steps.at(-1)).toMatchObject({ kind: 'views' });
  });
});

/** Taking a right away and giving it back leaves it written out: another text, the same rights. */
const withoutGrants = (dump: string): string => dump.replace(/^-- grants\n[\s\S]*/mu, '');

describe('two nodes at once', () => {
  test('one migrates, the other waits and finds it done', async () => {
    const steps: MigrationStep[] = [];
    const onProgress = (step: MigrationStep) => void steps.push(step);
    const results = await Promise.all([1, 2, 3].map(() => migrateUp({ url, onProgress })));
    const { migrations } = await readSqlFiles();
    expect(results.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([
      0,
      0,
      migrations.length,
    ]);
    expect(results.filter(({ viewsRebuilt }) => viewsRebuilt)).toHaveLength(1);
    expect(steps.filter(({ kind }) => kind === 'waiting').length).toBeGreaterThan(0);
  });
});

describe('files that are not those of the database', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dovetail-sql-'));
    await cp(sqlFolder(), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const edit = async (file: string, change: (text: string) => string) =>
    writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));

  const add = async (name: string, sql: string, undo = 'select 1;') => {
    await writeFile(join(folder, 'migrations', `${name}.sql`), sql);
    await writeFile(join(folder, 'migrations/undo', `${name}.sql`), undo);
  };

  test('a migration that fails half-way leaves nothing, and the ones before it stay', async () => {
    await add('900_half', 'create table unified.half (id bigint);\nselect 1 / 0;');
    await expect(migrateUp({ url, folder })).rejects.toThrow(/900_half\.sql failed: division by zero/u);
    const { applied, missing } = await migrationStatus({ url, folder });
    expect(applied.at(-1)?.number).toBeLessThan(900);
    expect(missing).toEqual(['900_half']);
    expect(await dumpCatalog(url)).not.toContain('half');
  });

  test('the line of a syntax error is told', async () => {
    await add('900_typo', '-- a comment\n\nselekt 1;');
    await expect(migrateUp({ url, folder })).rejects.toThrow(/900_typo\.sql line 3 failed: syntax error/u);
  });

  test.each([
    ['changed', (f: string) => edit(f, (text) => `${text}\n`), /002_create_users was changed after/u],
    ['missing', (f: string) => rm(join(folder, f)), /002_create_users is applied, but its file is missing/u],
  ])('an applied file that is %s is refused, up and down', async (_, spoil, why) => {
    await migrateUp({ url, folder });
    await spoil('migrations/002_create_users.sql');
    await expect(migrateUp({ url, folder })).rejects.toThrow(why);
    await expect(migrateDown({ url, folder, to: 0 })).rejects.toThrow(why);
    expect((await verifyMigrations({ url, folder })).problems).toEqual([expect.stringMatching(why)]);
  });

  test('a number that was left out is refused', async () => {
    await add('900_later', 'select 1;');
    await migrateUp({ url, folder });
    await add('899_squeezed_in', 'select 1;');
    await expect(migrateUp({ url, folder })).rejects.toThrow(
      /899_squeezed_in is not applied, though later ones are/u,
    );
  });

  test('a migration that cannot be undone, and two of a number, are refused before anything is done', async () => {
    await writeFile(join(folder, 'migrations/900_for_ever.sql'), 'select 1;');
    await expect(migrateUp({ url, folder })).rejects.toThrow(/900_for_ever/u);
    await add('900_for_ever', 'select 1;');
    await add('900_twin', 'select 1;');
    await expect(migrateUp({ url, folder })).rejects.toThrow(/two migrations have the number/u);
    expect(await leftovers(url)).toEqual([]);
  });

  test('the views are made anew when a text changed, and only then', async () => {
    await migrateUp({ url, folder });
    await edit('views/mail_users.sql', (text) => text.replace("'Who may use mail.'", "'Changed.'"));
    expect(await checkCompatible({ url, folder })).toEqual({
      kind: 'behind',
      missing: [],
      viewsDiffer: true,
    });
    expect(await migrateUp({ url, folder })).toMatchObject({ applied: [], viewsRebuilt: true });
    expect(await dumpCatalog(url)).toContain('mail_users: Changed.');
    expect(await migrateUp({ url, folder })).toMatchObject({ viewsRebuilt: false });
  });

  test('a view that cannot be made leaves all views as they were', async () => {
    await migrateUp({ url, folder });
    const before = await dumpCatalog(url);
    await edit('views/mail_users.sql', (text) => text.replace('where is_usable', 'where is_nothing'));
    await expect(migrateUp({ url, folder })).rejects.toThrow(/views\/mail_users\.sql line \d+ failed/u);
    expect(await dumpCatalog(url)).toBe(before);
  });

  test("somebody else's view on ours is never dropped: the sentence names it", async () => {
    await migrateUp({ url, folder });
    await withClient(url, (client) =>
      client.query('create view public.mine as select * from unified.mail_users'),
    );
    await edit('views/mail_users.sql', (text) => `${text}\n`);
    await expect(migrateUp({ url, folder })).rejects.toThrow(/other objects depend on it/u);
    expect(await leftovers(url)).toContain('mine');
  });

  test('views that need one another in a circle are refused', async () => {
    await edit('views/mail_user_states.sql', (text) => `-- needs: mail_users\n${text}`);
    await expect(readSqlFiles(folder)).rejects.toThrow(/need one another.*mail_user_states/u);
  });

  describe('an older daemon', () => {
    test.each([
      ['serves a newer schema that says it may', 'no', 'newer'],
      ['refuses a newer schema that breaks it', 'yes', 'breaking'],
    ])('%s', async (_, breaking, kind) => {
      await add('900_next', `-- breaking: ${breaking}\nselect 1;`);
      await migrateUp({ url, folder });
      expect(await checkCompatible({ url })).toEqual({ kind, unknown: ['900_next'] });
    });

    test('leaves the views of a newer one alone, and cannot take its schema down', async () => {
      await add('900_next', '-- breaking: no\nselect 1;');
      await edit('views/mail_users.sql', (text) => text.replace("'Who may use mail.'", "'Newer.'"));
      await migrateUp({ url, folder });
      expect(await migrateUp({ url })).toMatchObject({ applied: [], viewsRebuilt: false });
      expect(await dumpCatalog(url)).toContain('mail_users: Newer.');
      await expect(migrateDown({ url, to: 0 })).rejects.toThrow(/a newer dovetail has applied 900_next/u);
    });
  });
});

/** A release that changes views alone has no migration by which it would be newer. */
describe('two versions with the same migrations and other views', () => {
  let checkouts: string;

  beforeEach(async () => {
    checkouts = await mkdtemp(join(tmpdir(), 'dovetail-sql-'));
  });
  afterEach(() => rm(checkouts, { recursive: true, force: true }));

  /** The folder of its SQL files. */
  async function checkout(version: string): Promise<string> {
    const folder = join(checkouts, version, 'sql');
    await cp(sqlFolder(), folder, { recursive: true });
    await writeFile(join(checkouts, version, 'package.json'), JSON.stringify({ version }));
    const view = join(folder, 'views/mail_users.sql');
    const text = await readFile(view, 'utf8');
    await writeFile(view, text.replace("'Who may use mail.'", `'Of ${version}.'`));
    return folder;
  }
  const up = async (folder: string) => (await migrateUp({ url, folder })).viewsRebuilt;
  const isOf = async (version: string) => (await dumpCatalog(url)).includes(`mail_users: Of ${version}.`);

  test('the later one brings its views, and the earlier one neither puts its own back nor stops serving', async () => {
    const [early, late] = [await checkout('1.9.0'), await checkout('1.10.0')];
    expect(await up(early)).toBe(true);
    expect(await checkCompatible({ url, folder: late })).toMatchObject({ kind: 'behind', viewsDiffer: true });
    expect(await up(late)).toBe(true);
    expect(await up(early)).toBe(false);
    expect(await isOf('1.10.0')).toBe(true);
    expect(await checkCompatible({ url, folder: early })).toEqual({
      kind: 'newer',
      unknown: [],
      views: '1.10.0',
    });
    expect(await migrationStatus({ url, folder: early })).toMatchObject({
      missing: [],
      viewsDiffer: false,
      newerViews: '1.10.0',
    });
    expect(await up(late)).toBe(false);
  });

  test('at once, whoever is first: the later one’s views stay', async () => {
    const folders = [await checkout('2.0.0-rc.1'), await checkout('2.0.0'), await checkout('1.0.0')];
    await Promise.all(folders.map(up));
    await Promise.all(folders.map(up));
    expect(await isOf('2.0.0')).toBe(true);
  });

  test('an earlier one makes its views where there are none, as after going down', async () => {
    const [early, late] = [await checkout('1.0.0'), await checkout('1.1.0')];
    await up(late);
    await migrateDown({ url, folder: late, to: 43 });
    expect(await up(early)).toBe(true);
    expect(await isOf('1.0.0')).toBe(true);
  });

  test('views of a ledger that does not say whose they are give way', async () => {
    const folder = await checkout('1.0.0');
    await up(await checkout('1.1.0'));
    await withClient(url, (client) => client.query('alter table dovetail.views drop column version'));
    expect(await checkCompatible({ url, folder })).toMatchObject({ kind: 'behind' });
    expect(await up(folder)).toBe(true);
    expect(await isOf('1.0.0')).toBe(true);
  });
});

describe('what the daemon asks', () => {
  test('an empty database is behind, a migrated one fits', async () => {
    expect(await checkCompatible({ url })).toMatchObject({ kind: 'behind' });
    await migrateUp({ url });
    expect(await checkCompatible({ url })).toEqual({ kind: 'ok' });
  });

  test('an unreachable database is an error, not an answer', async () => {
    await expect(checkCompatible({ url: 'postgres://127.0.0.1:1/none' })).rejects.toThrow();
  });
});

test('every file runs in psql too: plain statements, no transaction of its own', async () => {
  const { migrations, views } = await readSqlFiles();
  for (const { name, sql } of [...migrations, ...views]) {
    expect(sql, name).not.toMatch(/^\s*(?:begin|commit|rollback)\s*;|^\\|create or replace|concurrently/imu);
  }
});
