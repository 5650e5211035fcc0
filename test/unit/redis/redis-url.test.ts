import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../../src/redis/redis-url.ts';

const access = { db: 0, hasTls: false };
const at = (host: string, port: number) => ({ host, port });

const good: Record<string, unknown> = {
  'redis://localhost': { kind: 'single', node: at('localhost', 6379), access },
  'redis://[::1]:6380/2': { kind: 'single', node: at('::1', 6380), access: { ...access, db: 2 } },
  'rediss://ann:p%40ss@r.example.org': {
    kind: 'single',
    node: at('r.example.org', 6379),
    access: { username: 'ann', password: 'p@ss', db: 0, hasTls: true },
  },
  'redis+unix:///run/redis/redis.sock': { kind: 'unix', path: '/run/redis/redis.sock', access },
  'redis+sentinel://a,b:1/main/3': {
    kind: 'sentinel',
    nodes: [at('a', 26379), at('b', 1)],
    name: 'main',
    access: { ...access, db: 3 },
  },
  'redis+cluster://a:1,b:2': { kind: 'cluster', nodes: [at('a', 1), at('b', 2)], access },
};
test.each(Object.entries(good))('%s', (url, place) => {
  expect(parseRedisUrl(url)).toEqual(place);
});

test.each([
  'redis://',
  'redis://a,b',
  'redis://a/x',
  'redis://a b',
  'redis+unix://',
  'redis+sentinel://a',
  'redis+cluster://a/1',
  'redis+other://a',
  'http://a',
  'redis://u:%E0%A4%A@a',
])('%s is none', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined();
});
