/** deaf-proxy — a network between us and PostgreSQL that can stop to deliver without a word.
 *
 * Frozen connections stay open and silent, as when a firewall forgot them; new ones work. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';

export interface DeafProxy {
  readonly url: string;
  /** Nothing is delivered any more on the connections of this moment, in either direction. */
  freeze(): void;
  /** Whether connections that log in from now on are frozen when they may send their first query. */
  freezeAfterLogin(on: boolean): void;
  close(): Promise<void>;
}

type Pair = readonly [near: Socket, far: Socket];

/** ReadyForQuery, outside a transaction: the last that PostgreSQL says of a login. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

function freezePair([near, far]: Pair): void {
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

function hangUp(pair: readonly Socket[]): void {
  for (const socket of pair) socket.destroy();
}

export async function createDeafProxy(server: string): Promise<DeafProxy> {
  const folder = await mkdtemp(join(inject('runFolder'), 'proxy-'));
  const target = join(new URL(server).searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const pairs = new Set<Pair>();
  let freezesAfterLogin = false;
  const proxy = createServer((near) => {
    const far = createConnection(target);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    if (freezesAfterLogin) {
      far.on('data', (chunk) => chunk.subarray(-READY.length).equals(READY) && freezePair(pair));
    }
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => hangUp(pair));
    }
  });
  await new Promise<void>((resolve) => proxy.listen(join(folder, '.s.PGSQL.5432'), resolve));
  const url = new URL(server);
  url.searchParams.set('host', folder);
  return {
    url: url.href,
    freeze() {
      for (const pair of pairs) freezePair(pair);
    },
    freezeAfterLogin(on) {
      freezesAfterLogin = on;
    },
    async close() {
      for (const pair of pairs) hangUp(pair);
      await new Promise((resolve) => proxy.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
