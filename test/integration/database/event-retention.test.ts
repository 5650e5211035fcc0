/** Old events leave the outbox, some at a time. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hours, systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import { type EventRetentionParts, keepEvents } from '../../../src/database/event-retention.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let database: TestDatabase;
let nodes: { close(): void }[];
let connections: Database[];
let lines: [string, unknown][];
const note = (event: string, fields?: object) => void lines.push([event, fields]);
const log = { ...silent, info: note, warn: note };

beforeEach(async () => {
  database = await createTestDatabase();
  [nodes, connections, lines] = [[], [], []];
  await rows(`
    insert into unified.mailbox_events (event_type, username, processed, created_at)
    select 'created', days::text, days % 2 = 0, now() - make_interval(days => days)
    from generate_series(1, 100) as days`);
});
afterEach(async () => {
  for (const node of nodes) node.close();
  for (const connection of connections) await connection.close();
  await database.close();
});

const rows = (text: string) => withClient(database.url, async (client) => (await client.query(text)).rows);
const ages = async (): Promise<number[]> =>
  (await rows('select username::int as days from unified.mailbox_events order by 1')).map(({ days }) => days);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1);
const eventually = <T>(look: () => T) => expect.poll(look);

function keep(more: Partial<EventRetentionParts> = {}): void {
  const connection = createDatabase({
    url: database.url,
    log: silent,
    clock: systemClock,
    queryDeadline: 10_000,
  });
  connections.push(connection);
  const parts = {
    database: connection,
    log,
    mayRun: () => true,
    keepFor: hours(24 * 90),
    first: 0,
    every: 10,
  };
  nodes.push(keepEvents({ ...parts, ...more }));
}

test('what is older goes in pieces, whether or not anybody has acted on it, and all else stays', async () => {
  keep({ batch: 3 });
  await eventually(ages).toEqual(upTo(89));
  await eventually(() => lines).toEqual([['events.purged', { events: 11 }]]);
});

test('two nodes remove each row once', async () => {
  keep({ batch: 2 });
  keep({ batch: 2 });
  await eventually(ages).toEqual(upTo(89));
  const purged = () => lines.reduce((sum, [, fields]) => sum + (fields as { events: number }).events, 0);
  await eventually(purged).toBe(11);
});

test('the next time comes', async () => {
  keep();
  await eventually(ages).toEqual(upTo(89));
  await rows(`update unified.mailbox_events set created_at = created_at - interval '10 days'`);
  await eventually(ages).toEqual(upTo(79));
});

test('an event on which somebody is acting just now stays until he is done, and nobody waits for him', async () => {
  await withClient(database.url, async (consumer) => {
    await consumer.query(`begin; select from unified.mailbox_events where username = '95' for update`);
    keep();
    await eventually(ages).toEqual([...upTo(89), 95]);
    await consumer.query('commit');
    await eventually(ages).toEqual(upTo(89));
  });
});

test('nothing goes where they are kept for good, or in a schema that is not known to fit', async () => {
  const mayRun = vi.fn(() => false);
  keep({ keepFor: null });
  keep({ mayRun });
  await eventually(() => mayRun.mock.calls.length).toBeGreaterThan(3);
  expect(await ages()).toEqual(upTo(100));
});

test('what fails is told, and tried again', async () => {
  await rows('alter function unified.purge_mailbox_events(interval, integer) rename to away');
  keep();
  await eventually(() => lines[0]).toEqual([
    'events.not_purged',
    { why: expect.stringContaining('does not exist') },
  ]);
  await rows('alter function unified.away(interval, integer) rename to purge_mailbox_events');
  await eventually(ages).toEqual(upTo(89));
});

test('a day is the least that is kept', async () => {
  await expect(rows(`select unified.purge_mailbox_events('23 hours', 10)`)).rejects.toThrow(
    /at least one day/u,
  );
});

test('the rows are found by an index', async () => {
  await rows(`
    insert into unified.mailbox_events (event_type, created_at)
    select 'created', now() - make_interval(mins => minutes)
    from generate_series(1, 20000) as minutes`);
  await rows('analyze unified.mailbox_events');
  const plan = await rows(`
    explain select id from unified.mailbox_events where created_at < now() - interval '90 days'
    order by created_at limit 5000 for update skip locked`);
  expect(JSON.stringify(plan)).toContain('idx_mailbox_events_created_at');
});
