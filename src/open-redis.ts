/** open-redis — makes the connection to Redis of the settings. */

import type { Log } from './base/log.ts';
import type { Settings } from './config/settings.ts';
import { createRedis, type Redis } from './redis/redis.ts';
import { parseRedisUrl } from './redis/redis-url.ts';

/** Undefined where there is none; throws one clear sentence where the URL is none. */
export function openRedis({ redisUrl }: Pick<Settings, 'redisUrl'>, log: Log): Redis | undefined {
  if (redisUrl === null) return undefined;
  const place = parseRedisUrl(redisUrl);
  // The URL is a secret: not repeated.
  if (!place) throw new Error('REDIS_URL is none of the forms that docs/guessing.md lists');
  return createRedis({ place, log });
}
