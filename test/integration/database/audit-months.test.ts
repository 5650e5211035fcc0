/* The months of the audit trail come by themselves. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Log, silent } from '../../../src/base/log.ts';
import { keepAuditMonths } from '../../../src/database/audit-months.ts';
import {
  createTestDatabase,
  createTestServer,
  type TestDatabase,
  withClient,
} from '../../support/database.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const months = (url = database.url): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as n from pg_inherits
       where inhparent = 'unified.audit_log'::regclass and inhrelid <> 'unified.audit_log_default'::regclass`,
    );
    return rows[0].n as number;
  });
const eventually = <T>(look: () => T) => expect.poll(look);

/** Of every line its event and reason. */
function listeningLog(): { log: Log; lines: [string, unknown][] } {
  const lines: [string, unknown][] = [];
  const note = (event: string, fields?: object) => void lines.push([event, fields]);
  return { log: { ...silent, info: note, warn: note }, lines };
}

test('two nodes that start at once make this month and the next two, each once', async () => {
  const { log, lines } = listeningLog();
  const parts = { url: database.url, log, mayRun: () => true };
  const nodes = [keepAuditMonths(parts), keepAuditMonths(parts)];
  await eventually(months).toBe(3);
  await eventually(() => lines).toEqual([['audit.months', { made: 3 }]]);
  for (const node of nodes) node.close();
});

test('the next time comes, and does what is missing by then', async () => {
  const node = keepAuditMonths({ url: database.url, log: silent, mayRun: () => true, every: 10 });
  await eventually(months).toBe(3);
  await withClient(database.url, (client) => client.query('select unified.drop_audit_partitions(1)'));
  await withClient(database.url, (client) =>
    client.query(`drop table unified.audit_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`),
  );
  await eventually(months).toBe(3);
  node.close();
});

test('nothing is done in a schema that is not known to fit', async () => {
  const mayRun = vi.fn(() => false);
  const node = keepAuditMonths({ url: database.url, log: silent, mayRun, askAgainAfter: 1 });
  await eventually(() => mayRun.mock.calls.length).toBeGreaterThan(3);
  expect(await months()).toBe(0);
  mayRun.mockReturnValue(true);
  await eventually(months).toBe(3);
  node.close();
});

test('what fails is tried again, and is one line in the log however often', async () => {
  await withClient(database.url, (client) =>
    client.query('alter function unified.create_audit_partitions(integer) rename to away'),
  );
  const { log, lines } = listeningLog();
  const mayRun = vi.fn(() => true);
  const node = keepAuditMonths({ url: database.url, log, mayRun, askAgainAfter: 1 });
  await eventually(() => mayRun.mock.calls.length).toBeGreaterThan(4);
  expect(lines).toEqual([['audit.months_failed', { why: expect.stringContaining('does not exist') }]]);
  await withClient(database.url, (client) =>
    client.query('alter function unified.away(integer) rename to create_audit_partitions'),
  );
  await eventually(months).toBe(3);
  node.close();
});

test('while somebody holds the audit trail it gives up, and writers do not queue behind it', async () => {
  await withClient(database.url, async (holder) => {
    await holder.query('begin; lock table unified.audit_log in access exclusive mode');
    const { log, lines } = listeningLog();
    const node = keepAuditMonths({ url: database.url, log, mayRun: () => true, askAgainAfter: 10 });
    await eventually(() => lines).toEqual([
      ['audit.months_failed', { why: expect.stringContaining('lock timeout') }],
    ]);
    await holder.query('commit');
    await eventually(months).toBe(3);
    node.close();
  });
});

test('closing gives up what is under way', async () => {
  await withClient(database.url, async (holder) => {
    await holder.query('begin; lock table unified.audit_log in access exclusive mode');
    const node = keepAuditMonths({ url: database.url, log: silent, mayRun: () => true });
    // Asked on another connection: a transaction sees pg_stat_activity as it was first.
    const waiting = () =>
      withClient(database.url, async (client) => {
        const others = `select from pg_stat_activity where application_name = 'dovetail audit' and datname = current_database()`;
        return (await client.query(others)).rowCount;
      });
    await eventually(waiting).toBe(1);
    node.close();
    await eventually(waiting).toBe(0);
    await holder.query('commit');
    expect(await months()).toBe(0);
  });
});

test('the rights of dovetail_daemon are enough', async () => {
  const server = await createTestServer();
  await withClient(server.url, (client) => client.query('create role node login in role dovetail_daemon'));
  const url = new URL(server.url);
  url.username = 'node';
  const node = keepAuditMonths({ url: url.href, log: silent, mayRun: () => true });
  await eventually(() => months(server.url)).toBe(3);
  node.close();
  await server.stop();
});
