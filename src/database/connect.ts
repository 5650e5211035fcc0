/** connect — one connection to PostgreSQL: the first of the URL's hosts that will do.
 *
 * types    bigint arrives as a number (exact below 2^53, as our sizes and ids are), date as text,
 *          timestamptz as Date, numeric as text
 * limits   a host that does not answer is given up after `connectTimeout`, and once more as long when
 *          it falls silent after the login */

import pg from 'pg';
import { type Milliseconds, seconds } from '../base/clock.ts';
import { reasonOf } from '../base/text.ts';
import { parseHosts, type SessionWish } from './hosts.ts';

export interface ConnectOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly application: string;
  readonly pipeline?: boolean;
  readonly connectTimeout?: Milliseconds;
  /** The server gives up a longer statement. */
  readonly statementTimeout?: Milliseconds;
}

const CONNECT_TIMEOUT = seconds(2);
const FAREWELL = seconds(1);
const KEEPALIVE_AFTER = seconds(10);
const INT8 = 20;
const DATE = 1082;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number;
    if (oid === DATE) return String;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** No host could be had: `message` is the last one's reason. */
export class Unreachable extends Error {}

/** Rejects with `Unreachable`; no reason holds a password. */
export async function connect(options: ConnectOptions): Promise<pg.Client> {
  const { urls, wish } = parseHosts(options.url);
  if (wish !== 'prefer-standby') return connectFirst(urls, wish, options);
  return connectFirst(urls, 'standby', options).catch(() => connectFirst(urls, 'any', options));
}

async function connectFirst(urls: readonly string[], wish: SessionWish, options: ConnectOptions) {
  const deadline = options.connectTimeout ?? CONNECT_TIMEOUT;
  let why = 'the database URL names no host';
  for (const url of urls) {
    const client = newClient(url, options);
    try {
      await client.connect();
      // Of several hosts one that is frozen is passed over, even where any of them would do.
      const isAsked = urls.length > 1 || wish !== 'any';
      if (!isAsked || (await answersWithin(client, deadline, () => suits(client, wish)))) return client;
      why = `${client.host} is not ${wish}`;
    } catch (error) {
      why = connectReason(error);
    }
    destroy(client);
  }
  throw new Unreachable(why);
}

function newClient(url: string, options: ConnectOptions): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: options.application,
    connectionTimeoutMillis: options.connectTimeout ?? CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER,
    types,
    // The lookups' statements are planned once a connection: a plan for one key costs 4 ms, its run
    // 0.4 ms, and PostgreSQL by itself makes it anew for each (plan_cache_mode = auto).
    ...(options.pipeline && { pipeline: true, options: '-c plan_cache_mode=force_generic_plan' }),
    ...(options.statementTimeout && { statement_timeout: options.statementTimeout }),
  });
  // Whoever holds the client hears of its end by `end`; without this listener the process dies.
  client.on('error', () => undefined);
  return client;
}

async function suits(client: pg.Client, wish: SessionWish): Promise<boolean> {
  const { rows } = await client.query<{ standby: boolean; read_only: boolean }>(
    `select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as read_only`,
  );
  const { standby = true, read_only = true } = rows[0] ?? {};
  switch (wish) {
    case 'any':
    case 'prefer-standby':
      return true;
    case 'primary':
      return !standby;
    case 'standby':
      return standby;
    case 'read-write':
      return !read_only;
    case 'read-only':
      return read_only;
  }
}

/** Node tries all addresses of a name, and then its error has no words of its own. */
const connectReason = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : reasonOf(error);

/** Ends it at once, whatever it is doing: what waits for an answer is rejected. */
export function destroy(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

/** Rejects and destroys the client when `work` with it takes longer: what a host that froze would
 * let wait for ever, and statement_timeout is that host's own. */
export async function answersWithin<T>(
  client: pg.Client,
  deadline: Milliseconds,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${deadline} ms`));
      destroy(client);
    }, deadline);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends it as PostgreSQL likes it, or at once if that takes long. Never rejects. */
export async function farewell(client: pg.Client): Promise<void> {
  await answersWithin(client, FAREWELL, () => client.end()).catch(() => undefined);
}

const BROKEN = /^(?:08...|57P0[1-3]|53300)$/u;

/** The connection failed or is about to end, not the statement: another connection may do. */
export const isBroken = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || BROKEN.test(error.code ?? '');

/** The prepared statement is of yesterday: its view changed (0A000), or it is not there (26000). */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '0A000' || error.code === '26000');
