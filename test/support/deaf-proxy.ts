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
  close(): Promise<void>;
}

function hangUp(pair: readonly Socket[]): void {
  for (const socket of pair) socket.destroy();
}

export async function createDeafProxy(server: string): Promise<DeafProxy> {
  const folder = await mkdtemp(join(inject('runFolder'), 'proxy-'));
  const target = join(new URL(server).searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = createServer((near) => {
    const far = createConnection(target);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
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
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    async close() {
      for (const pair of pairs) hangUp(pair);
      await new Promise((resolve) => proxy.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
