/** listen — hears which keys changed, and knows when it is deaf.
 *
 * A connection can die without a word (a firewall forgets it, a host loses its power), and a
 * pooler can swallow LISTEN. So every two seconds we notify ourselves: only who hears his own
 * pulse is listening. Nothing cached may be trusted from `onLost` until `onListening`.
 *
 * Why not the `listen` of postgres.js: it does not tell that a connection was lost, and on one that
 * was silently dead it heard nothing for as long as we watched (20 s); the pulse took two.
 *
 * source   PostgreSQL NOTIFY: sent at commit, in order, at most 8000 bytes a payload;
 *          ours are keys separated by newline, or `*` for everything
 * limits   a dead connection is noticed after three seconds at most; a new one is tried at once,
 *          then every half second */

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { connect, destroy } from './connect.ts';

export const CHANGES = 'dovetail_changes';
/** There are new rows in mailbox_events; the payload is empty. */
const EVENTS = 'dovetail_events';
const EVERYTHING = '*';

export interface ListenerOptions {
  readonly url: string;
  readonly log: Log;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onEverything: () => void;
  /** Something happened to accounts: of one commit, beside its keys. */
  readonly onEvents?: () => void;
  /** From now on changes may be missed. */
  readonly onLost: () => void;
  /** From now on no change is missed. */
  readonly onListening: () => void;
  readonly pulseEvery?: Milliseconds;
  readonly pulseDeadline?: Milliseconds;
}

export interface Listener {
  close(): Promise<void>;
}

const PAUSES: readonly Milliseconds[] = [10, 50, 100, 200, 400, 500];

/** Begins at once and goes on until `close`. The callbacks must not throw. */
export function createListener(options: ListenerOptions): Listener {
  const { log } = options;
  const closing = new AbortController();

  async function run(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      let listening = false;
      const why = await listenOnce(options, closing.signal, () => {
        listening = true;
        log.info('listen.open');
        options.onListening();
      });
      if (listening) options.onLost();
      if (closing.signal.aborted) return;
      if (listening || failures === 0) log.warn('listen.lost', { why });
      failures = listening ? 0 : failures + 1;
      await pauseUnless(closing.signal, PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0);
    }
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** One connection from its beginning to its end; resolves to the reason of the end. */
async function listenOnce(
  options: ListenerOptions,
  closing: AbortSignal,
  onListening: () => void,
): Promise<string> {
  try {
    const client = await connect({ url: options.url, application: 'dovetail listen' });
    const why = await beat(client, options, closing, onListening);
    destroy(client);
    return why;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Listens, and notifies itself again and again; resolves when one of its pulses was not heard. */
function beat(
  client: pg.Client,
  options: ListenerOptions,
  closing: AbortSignal,
  onListening: () => void,
): Promise<string> {
  const { pulseEvery = seconds(2), pulseDeadline = seconds(1) } = options;
  let timer: NodeJS.Timeout | undefined;
  let pulse = '';
  let started = false;

  return new Promise((resolve) => {
    const end = (why: string): void => {
      clearTimeout(timer);
      closing.removeEventListener('abort', close);
      resolve(why);
    };
    const close = (): void => end('closed');
    const fail = (error: unknown): void => end(reasonOf(error));
    const expectSoon = (): void => {
      timer = setTimeout(() => end(`nothing was heard for ${pulseDeadline} ms`), pulseDeadline);
    };
    const send = (): void => {
      expectSoon();
      client.query(`notify ${pulse}`).catch(fail);
    };
    const heard = (): void => {
      clearTimeout(timer);
      if (!started) onListening();
      started = true;
      timer = setTimeout(send, pulseEvery);
    };
    const begin = async (): Promise<void> => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      pulse = `dovetail_pulse_${rows[0]?.pid}`;
      await client.query(`listen ${CHANGES}; listen ${EVENTS}; listen ${pulse}`);
      clearTimeout(timer);
      send();
    };

    client.once('end', () => end('the connection ended'));
    closing.addEventListener('abort', close);
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === pulse) heard();
      else if (channel === EVENTS) options.onEvents?.();
      else announce(payload, options);
    });
    if (closing.aborted) return close();
    expectSoon();
    begin().catch(fail);
  });
}

/** An empty payload names no key: when in doubt, forget more. */
function announce(payload: string, { onKeys, onEverything }: ListenerOptions): void {
  if (payload === EVERYTHING || payload === '') onEverything();
  else onKeys(payload.split('\n'));
}

const pauseUnless = (closing: AbortSignal, time: Milliseconds): Promise<void> =>
  pause(time, undefined, { signal: closing }).catch(() => undefined);
