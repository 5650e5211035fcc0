/** script — a Lua script in Redis, called by its hash; a Redis that does not know it learns it. */

import { hash } from 'node:crypto';
import type { Client } from './redis.ts';

/** Rejects when Redis is away; when it does not answer, nothing here ends the waiting. */
export type RunScript = (keys: readonly string[], words?: readonly string[]) => Promise<unknown>;

/** `client` throws until there is a connection. */
export function createScript(client: () => Client, text: string): RunScript {
  const sha = hash('sha1', text);
  return async (keys, words = []) => {
    try {
      return await client().evalsha(sha, keys.length, ...keys, ...words);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client().eval(text, keys.length, ...keys, ...words);
    }
  };
}
