import { describe, expect, test } from 'vitest';
import { watchdogEvery } from '../../../src/net/watchdog.ts';

describe('systemd is to be told twice as often as it asks for', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['without a process', { WATCHDOG_USEC: '30000000' }, 15_000],
    ['for this process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 15_000],
    ['not for another process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
    ['not without a watchdog', {}, undefined],
    ['not for 0', { WATCHDOG_USEC: '0' }, undefined],
    ['not for what is no number', { WATCHDOG_USEC: '30s' }, undefined],
  ])('%s', (_, env, every) => expect(watchdogEvery(env, 7)).toBe(every));
});
