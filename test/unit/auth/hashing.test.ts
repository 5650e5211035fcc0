import { expect, test } from 'vitest';
import { createHashing } from '../../../src/auth/hashing.ts';
import { found } from '../../../src/base/answer.ts';
import { createTestClock } from '../../support/clock.ts';

/** Work that ends when the test says so. */
function work() {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const job = (n: number) => () => {
    started.push(n);
    return new Promise<number>((resolve) => {
      finish[n] = () => resolve(n);
    });
  };
  return { started, finish, job };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('no more run at once than allowed, and the others follow in order', async () => {
  const hashing = createHashing({ atOnce: 2, waiting: 10 });
  const { started, finish, job } = work();
  const answers = [0, 1, 2, 3].map((n) => hashing.run(job(n)));
  await settled();
  expect(started).toEqual([0, 1]);
  finish[1]?.();
  await settled();
  expect(started).toEqual([0, 1, 2]);
  finish[0]?.();
  await settled();
  finish[2]?.();
  finish[3]?.();
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3].map(found));
});

test('past the limit the answer is later, at once, and the work is not done', async () => {
  const hashing = createHashing({ atOnce: 1, waiting: 1 });
  const { started, finish, job } = work();
  const answers = [hashing.run(job(0)), hashing.run(job(1))];
  await settled();
  expect(await hashing.run(job(2))).toMatchObject({ kind: 'later' });
  expect(started).toEqual([0]);
  finish[0]?.();
  await settled();
  finish[1]?.();
  await Promise.all(answers);
  expect(started).toEqual([0, 1]);
});

test('who has waited too long is not hashed, and those behind him are', async () => {
  const clock = createTestClock();
  const hashing = createHashing({ atOnce: 1, waiting: 10, patience: { clock, most: 5000 } });
  const { started, finish, job } = work();
  const first = hashing.run(job(0));
  const impatient = hashing.run(job(1));
  await settled();
  clock.advance(5000);
  const patient = hashing.run(job(2));
  finish[0]?.();
  expect(await first).toEqual(found(0));
  expect(await impatient).toMatchObject({ kind: 'later' });
  await settled();
  finish[2]?.();
  expect(await patient).toEqual(found(2));
  expect(started).toEqual([0, 2]);
});

test('work that fails gives its place back', async () => {
  const hashing = createHashing({ atOnce: 1, waiting: 5 });
  await expect(hashing.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await hashing.run(async () => 'next')).toEqual(found('next'));
});

test('a full queue takes work again when it has room', async () => {
  const hashing = createHashing({ atOnce: 1, waiting: 0 });
  const { finish, job } = work();
  const first = hashing.run(job(0));
  expect(await hashing.run(job(1))).toMatchObject({ kind: 'later' });
  await settled();
  finish[0]?.();
  await first;
  expect(await hashing.run(async () => 'again')).toEqual(found('again'));
});

test('what nobody waits for runs when no login does, and one at a time', async () => {
  const hashing = createHashing({ atOnce: 2, waiting: 10 });
  const { started, finish, job } = work();
  const answers = [
    hashing.run(job(0)),
    hashing.run(job(1)),
    hashing.runIdle(job(2)),
    hashing.runIdle(job(3)),
    hashing.run(job(4)),
  ];
  await settled();
  expect(started).toEqual([0, 1]);
  finish[0]?.();
  await settled();
  expect(started).toEqual([0, 1, 4]);
  finish[1]?.();
  await settled();
  expect(started).toEqual([0, 1, 4, 2]);
  finish[4]?.();
  await settled();
  // The other place stays free for a login.
  expect(started).toEqual([0, 1, 4, 2]);
  finish[2]?.();
  await settled();
  expect(started).toEqual([0, 1, 4, 2, 3]);
  finish[3]?.();
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4].map(found));
});

test('what nobody waits for is dropped when too much of it waits', async () => {
  const hashing = createHashing({ atOnce: 1, waiting: 10, waitingIdle: 1 });
  const { started, finish, job } = work();
  const answers = [hashing.runIdle(job(0)), hashing.runIdle(job(1))];
  await settled();
  expect(await hashing.runIdle(job(2))).toMatchObject({ kind: 'later' });
  expect(started).toEqual([0]);
  finish[0]?.();
  await settled();
  finish[1]?.();
  await Promise.all(answers);
});

test('work that nobody waits for and that fails gives its place back', async () => {
  const hashing = createHashing({ atOnce: 1, waiting: 5 });
  await expect(hashing.runIdle(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await hashing.runIdle(async () => 'next')).toEqual(found('next'));
  expect(await hashing.run(async () => 'login')).toEqual(found('login'));
});
