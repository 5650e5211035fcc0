import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSqlFiles } from '../../../src/database/migrate-files.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const rows = <R extends object>(sql: string): Promise<R[]> =>
  withClient(database.url, async (client) => (await client.query<R>(sql)).rows);

const TABLES = `select c.oid, c.relname from pg_class c
  where c.relnamespace = 'unified'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;

/** Of each constraint: its table, kind, columns, and for a foreign key the table it refers to. */
const CONSTRAINTS = `
  select k.conname as name, t.relname as "table", k.contype as kind, r.relname as referenced,
    array(select a.attname::text from unnest(k.conkey) with ordinality as key (n, at)
          join pg_attribute a on a.attrelid = t.oid and a.attnum = key.n order by key.at) as columns
  from pg_constraint k
  join (${TABLES}) t on t.oid = k.conrelid
  left join pg_class r on r.oid = k.confrelid
  where k.contype in ('p', 'u', 'f', 'c', 'x')`;

interface Constraint {
  name: string;
  table: string;
  kind: 'p' | 'u' | 'f' | 'c' | 'x';
  referenced: string | null;
  columns: string[];
}

function fits({ name, table, kind, referenced, columns }: Constraint): boolean {
  if (kind === 'p') return name === `${table}_pkey`;
  if (kind === 'u') return name === `${table}_${columns.join('_')}_unique`;
  if (kind === 'f') return name === `fk_${table}_${referenced}_${columns[0]}`;
  return columns.some((column) => new RegExp(`^${table}_${column}_[a-z]+$`, 'u').test(name));
}

describe('names', () => {
  test('every constraint has the name that the rules give it', async () => {
    const constraints = await rows<Constraint>(CONSTRAINTS);
    expect(constraints.length).toBeGreaterThan(100);
    expect(constraints.filter((constraint) => !fits(constraint)).map(({ name }) => name)).toEqual([]);
  });

  test('every index is named after its table and columns', async () => {
    const indexes = await rows<{ name: string; table: string; columns: string[]; is_unique: boolean }>(`
      select i.relname as name, t.relname as "table", x.indisunique as is_unique,
        array(select a.attname::text from pg_attribute a
              where a.attrelid = t.oid and a.attnum > 0 and (a.attnum = any(x.indkey::int[]) or exists (
                select from pg_depend d where d.objid = i.oid and d.refobjid = t.oid
                  and d.refobjsubid = a.attnum and x.indkey::int[] @> array[0]))
              order by array_position(x.indkey::int[], a.attnum::int)) as columns
      from pg_index x
      join pg_class i on i.oid = x.indexrelid
      join (${TABLES}) t on t.oid = x.indrelid
      where not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u'))`);
    expect(indexes.length).toBeGreaterThan(30);
    const wrong = indexes.filter(
      ({ name, table, columns, is_unique }) =>
        name !== (is_unique ? `${table}_${columns.join('_')}_unique` : `idx_${table}_${columns.join('_')}`),
    );
    expect(wrong).toEqual([]);
  });

  test('no index begins with all the columns of another one that finds the same rows', async () => {
    const doubles = await rows(`
      select s.indexrelid::regclass::text as needless, l.indexrelid::regclass::text as because_of
      from pg_index s
      join pg_index l on l.indrelid = s.indrelid and l.indexrelid <> s.indexrelid
      join (${TABLES}) t on t.oid = s.indrelid
      join pg_class sc on sc.oid = s.indexrelid
      join pg_class lc on lc.oid = l.indexrelid and lc.relam = sc.relam
      where not s.indisunique
        and s.indkey::text <> '0'
        and (l.indkey::text || ' ') like (s.indkey::text || ' %')
        and pg_get_expr(s.indpred, s.indrelid) is not distinct from pg_get_expr(l.indpred, l.indrelid)`);
    expect(doubles).toEqual([]);
  });

  test('every foreign key is found through an index', async () => {
    const bare = await rows(`
      select k.conname
      from pg_constraint k
      join (${TABLES}) t on t.oid = k.conrelid
      where k.contype = 'f'
        and not exists (
          select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])`);
    expect(bare).toEqual([]);
  });
});

describe('columns', () => {
  test('every time has a zone', async () => {
    const naked = await rows(`
      select table_name, column_name
      from information_schema.columns
      where table_schema in ('unified', 'dovetail')
        and data_type in ('timestamp without time zone', 'time without time zone', 'date')`);
    expect(naked).toEqual([]);
  });

  test('every table counts its rows with an identity that nobody can give', async () => {
    const without = await rows(`
      select t.relname
      from (${TABLES}) t
      where not exists (
        select from pg_attribute a
        where a.attrelid = t.oid and a.attname = 'id' and a.atttypid = 'bigint'::regtype and a.attidentity = 'a')`);
    expect(without).toEqual([]);
  });

  test('a table with updated_at has created_at and the trigger that keeps it', async () => {
    const forgotten = await rows(`
      select t.relname
      from (${TABLES}) t
      join pg_attribute a on a.attrelid = t.oid and a.attname = 'updated_at'
      where not exists (select from pg_attribute b where b.attrelid = t.oid and b.attname = 'created_at')
         or not exists (
           select from pg_trigger g
           where g.tgrelid = t.oid and g.tgfoid = 'unified.touch_updated_at()'::regprocedure)`);
    expect(forgotten).toEqual([]);
  });

  test('every table, view and function says what it is', async () => {
    const mute = await rows<{ name: string }>(`
      select relname as name from pg_class
      where relnamespace = 'unified'::regnamespace and relkind in ('r', 'p', 'v') and obj_description(oid, 'pg_class') is null
      union all
      select proname from pg_proc
      where pronamespace = 'unified'::regnamespace and obj_description(oid, 'pg_proc') is null`);
    expect(mute).toEqual([]);
  });
});

describe('the plan', () => {
  test('the numbers run from 001 without a gap but 033, which is the folder of views', async () => {
    const { migrations } = await readSqlFiles();
    const numbers = migrations.map(({ number }) => number);
    const last = numbers.at(-1) ?? 0;
    expect(numbers).toEqual(Array.from({ length: last }, (_, i) => i + 1).filter((n) => n !== 33));
  });

  test('every file says what it is for, what it locks, whether it breaks, and what its undoing loses', async () => {
    const { migrations } = await readSqlFiles();
    for (const { name, sql } of migrations) {
      expect(sql, name).toMatch(
        new RegExp(
          `^-- ${name}\\n-- purpose: +\\S.*\\n(?:-- {11,}.*\\n)*-- locks: +\\S.*\\n-- breaking: (?:no|yes)\\n-- loses: +\\S`,
          'u',
        ),
      );
    }
  });

  test('a view is one file: a question, the view, its comment', async () => {
    const { views } = await readSqlFiles();
    for (const { name, sql } of views) {
      expect(sql, name).toMatch(/^-- \S/u);
      expect(sql.match(/^create view/gmu), name).toHaveLength(1);
      expect(sql, name).toContain(`create view unified.${name} as`);
    }
  });

  test('the hash schemes of the check are those that the daemon verifies', async () => {
    const { schemes } = await import('../../../src/auth/schemes/index.ts');
    const [check] = await rows<{ definition: string }>(`
      select pg_get_constraintdef(oid) as definition
      from pg_constraint
      where conname = 'user_passwords_hash_scheme_known'`);
    const listed = [...(check?.definition ?? '').matchAll(/'([^']+)'/gu)].map(([, name]) => name);
    expect(listed.sort()).toEqual(schemes.map(({ name }) => name).sort());
  });
});
