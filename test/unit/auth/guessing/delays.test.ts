import { expect, test } from 'vitest';
import { createDelays } from '../../../../src/auth/guessing/delays.ts';
import { Audience } from '../../../../src/base/audience.ts';

const LONG = 100_000;
const [stranger, neighbour, other] = ['203.0.113.7', '203.0.113.99', '198.51.100.7'];

/** Whether it still waits when everything else is done. */
async function waits(wait: Promise<void>): Promise<boolean> {
  return Promise.race([
    wait.then(() => false),
    new Promise<boolean>((resolve) => setImmediate(resolve, true)),
  ]);
}

test('a delay ends by itself', async () => {
  await createDelays().wait(0.001, { ip: stranger });
});

test('of one network only some wait, and of all networks not many', async () => {
  const delays = createDelays({ atOnce: 3, ofNetwork: 2 });
  const [first, second, third] = [stranger, neighbour, stranger].map((ip) => delays.wait(LONG, { ip }));
  expect(await Promise.all([first, second, third].map((one) => waits(one as Promise<void>)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(await waits(delays.wait(LONG, { ip: other }))).toBe(true);
  expect(await waits(delays.wait(LONG, { ip: '192.0.2.7' }))).toBe(false);
  delays.end();
  await Promise.all([first, second]);
});

test('who goes gives his place back', async () => {
  const delays = createDelays({ atOnce: 1 });
  const peer = new Audience();
  const first = delays.wait(LONG, { ip: stranger, audience: peer });
  peer.leave();
  await first;
  expect(await waits(delays.wait(LONG, { ip: stranger, audience: peer }))).toBe(false);
  expect(await waits(delays.wait(LONG, { ip: stranger }))).toBe(true);
  delays.end();
});

test('at the end nobody waits, nor does who comes later', async () => {
  const delays = createDelays();
  const first = delays.wait(LONG, { ip: stranger });
  delays.end();
  await first;
  await delays.wait(LONG, { ip: stranger });
});
