/** schema — a migrated database, its rows as a test wants them, and what it announces. */

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface Schema {
  readonly url: string;
  readonly client: pg.Client;
  rows<R extends object = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** The only column of all rows. */
  values<V = unknown>(sql: string, params?: readonly unknown[]): Promise<V[]>;
  /** The payloads that `work` sends on a channel, in order. */
  announced(channel: string, work: () => Promise<unknown>): Promise<string[]>;
  /** As it was: the virtual domain example.org and nothing else. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A database with the virtual domain example.org. */
export async function createSchema(): Promise<Schema> {
  const database: TestDatabase = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  const rows: Schema['rows'] = async <R extends object>(sql: string, params: readonly unknown[] = []) =>
    (await client.query<R>(sql, [...params])).rows;
  const clear = async () => {
    await client.query(`do $$ begin execute (
      select 'truncate ' || string_agg('unified.' || relname, ', ') || ' restart identity cascade'
      from pg_class
      where relnamespace = 'unified'::regnamespace and relkind in ('r', 'p') and not relispartition
    ); end $$`);
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    await client.query('truncate unified.mailbox_events restart identity');
  };
  await clear();
  return {
    url: database.url,
    client,
    rows,
    values: async <V>(sql: string, params: readonly unknown[] = []) =>
      (await rows(sql, params)).map((row) => Object.values(row)[0] as V),
    clear,
    announced: (channel, work) => announced(database.url, channel, work),
    close: async () => {
      await client.end();
      await database.close();
    },
  };
}

/** Listens on a connection of its own; a marker sent afterwards tells that all has come. */
async function announced(url: string, channel: string, work: () => Promise<unknown>): Promise<string[]> {
  const listener = new pg.Client({ connectionString: url });
  await listener.connect();
  const payloads: string[] = [];
  listener.on('notification', ({ payload }) => void payloads.push(payload ?? ''));
  try {
    await listener.query(`listen ${channel}`);
    await work();
    await listener.query(`select pg_notify('${channel}', 'end of test')`);
    while (!payloads.includes('end of test')) await pause(1);
    return payloads.slice(0, -1);
  } finally {
    await listener.end();
  }
}
