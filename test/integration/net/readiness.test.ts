import { expect, test } from 'vitest';
import type { Log } from '../../../src/base/log.ts';
import { createNotifier } from '../../../src/net/readiness.ts';
import { freshPath } from './server.ts';

test('without systemd nothing is told to it', async () => {
  const log = new Proxy({}, { get: () => expect.unreachable() }) as Log;
  await createNotifier({ socket: undefined, log })('READY=1');
});

test('a notice that cannot be sent is a log line, no more', async () => {
  const events: string[] = [];
  const write = (event: string) => void events.push(event);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  await createNotifier({ socket: freshPath(), log })('READY=1', 'STATUS=Answering');
  expect(events).toEqual(['net.notify']);
});
