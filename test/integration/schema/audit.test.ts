import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
afterAll(() => schema.close());

const partitions = (): Promise<string[]> =>
  schema.values<string>(
    `select inhrelid::regclass::text from pg_inherits where inhparent = 'unified.audit_log'::regclass order by 1`,
  );
const log = (at: string) =>
  schema.rows(`insert into unified.audit_log (service, action, created_at) values ('cli', 'x', ${at})`);

test('an entry is never refused for want of a partition, and moves into it when it comes', async () => {
  await log(`now()`);
  await log(`now() + interval '1 month'`);
  await log(`now() - interval '10 months'`);
  expect(await schema.values(`select unified.create_audit_partitions(1)`)).toEqual([2]);
  expect(await schema.values(`select unified.create_audit_partitions(1)`)).toEqual([0]);
  expect(await schema.values('select count(*)::int from unified.audit_log')).toEqual([3]);
  expect(await schema.values('select count(*)::int from unified.audit_log_default')).toEqual([1]);
  await log('now()');
  expect(await schema.values('select count(*)::int from unified.audit_log_default')).toEqual([1]);
});

test('the month of a partition is that of UTC, whatever the session thinks', async () => {
  await schema.rows(`set timezone = 'Pacific/Kiritimati'`);
  await schema.rows(`select unified.create_audit_partition('2031-05-01')`);
  await log(`'2031-05-31 23:59:59Z'`);
  expect(await schema.values('select count(*)::int from unified.audit_log_2031_05')).toEqual([1]);
  await schema.rows('reset timezone');
});

test('two nodes make the partitions at once: each is made once', async () => {
  const { default: pg } = await import('pg');
  const second = new pg.Client({ connectionString: schema.url });
  await second.connect();
  const made = await Promise.all([
    schema.values('select unified.create_audit_partitions(6)'),
    second.query('select unified.create_audit_partitions(6) as made').then(({ rows }) => [rows[0].made]),
  ]);
  await second.end();
  expect(made.flat().sort()).toEqual([0, 5]);
});

test('who writes while a month is attached is not refused', async () => {
  const { default: pg } = await import('pg');
  const [early, attaching, late] = Array.from({ length: 3 }, () => new pg.Client(schema.url));
  const all = [early, attaching, late].flatMap((client) => client ?? []);
  await Promise.all(all.map((client) => client.connect()));
  const write = `insert into unified.audit_log (service, action, created_at) values ('cli', 'x', '2032-06-15Z')`;
  const waiting = () =>
    schema.values(`select count(*)::int from pg_locks where not granted and database =
      (select oid from pg_database where datname = current_database())`);
  await early?.query(`begin; ${write}`);
  const attached = attaching?.query(`select unified.create_audit_partition('2032-06-01')`);
  await expect.poll(waiting).toEqual([1]);
  const written = late?.query(write);
  await expect.poll(waiting).toEqual([2]);
  await early?.query('commit');
  await Promise.all([attached, written]);
  await Promise.all(all.map((client) => client.end()));
  expect(await schema.values('select count(*)::int from unified.audit_log_2032_06')).toEqual([2]);
});

test('retention removes whole months and what has no month of its own, and never everything', async () => {
  await schema.rows(`select unified.create_audit_partition((now() - interval '5 months')::date)`);
  const before = await partitions();
  expect(await schema.values('select unified.drop_audit_partitions(3)')).toEqual([1]);
  expect(await partitions()).toHaveLength(before.length - 1);
  expect(
    await schema.values(
      `select count(*)::int from unified.audit_log where created_at < now() - interval '4 months'`,
    ),
  ).toEqual([0]);
  await expect(schema.rows('select unified.drop_audit_partitions(0)')).rejects.toThrow(
    /keep at least one month/u,
  );
});

test.each(['America/New_York', 'Pacific/Auckland', 'UTC'])(
  'in %s too retention keeps as many months as it was told',
  async (zone) => {
    const whole = `select unified.create_audit_partition((date_trunc('month', now() at time zone 'UTC') - make_interval(months => n))::date)
    from generate_series(1, 24) n`;
    const kept = `select max(n)::int from generate_series(1, 24) n
    where to_regclass('unified.audit_log_' || to_char((now() at time zone 'UTC') - make_interval(months => n), 'YYYY_MM')) is not null`;
    await schema.rows(`set timezone = '${zone}'`);
    for (const keep of [23, 11, 9, 8, 6, 1]) {
      await schema.rows(whole);
      await schema.rows('select unified.drop_audit_partitions($1)', [keep]);
      expect(await schema.values(kept)).toEqual([keep]);
    }
    await schema.rows('reset timezone');
  },
);
