import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe('with 160 bytes of memory for four places, of which each has 20 and the rest is shared,', () => {
  const limits = { atOnce: 4, waiting: 10, memory: 160 };

  test('one may need all that is shared and what its place has', async () => {
    const hashing = createHashing(limits);
    expect(hashing.objectionTo(100)).toBeUndefined();
    expect(hashing.objectionTo(101)).toContain('may have 100');
    expect(await hashing.run(async () => 'done', 100)).toEqual(found('done'));
    expect(await hashing.run(async () => 'again', 100)).toEqual(found('again'));
  });

  test('what needs more than there ever is is later at once', async () => {
    const hashing = createHashing(limits);
    const { started, job } = work();
    expect(await hashing.run(job(0), 101)).toMatchObject({ kind: 'later' });
    expect(await hashing.runIdle(job(1), 101)).toMatchObject({ kind: 'later' });
    expect(started).toEqual([]);
  });

  test('who needs much waits until it is there, in order, and who needs little passes', async () => {
    const hashing = createHashing(limits);
    const { started, finish, job } = work();
    const bytes = [70, 60, 30, 20, 0];
    const answers = bytes.map((need, n) => hashing.run(job(n), need));
    await settled();
    // 30 would fit beside 70. So would the next, and the next, and 60 might wait for ever.
    expect(started).toEqual([0, 3, 4]);
    finish[3]?.();
    await settled();
    expect(started).toEqual([0, 3, 4]);
    finish[0]?.();
    await settled();
    expect(started).toEqual([0, 3, 4, 1, 2]);
    for (const n of [1, 2, 4]) finish[n]?.();
    expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4].map(found));
  });

  test('who waits for memory counts among those who wait', async () => {
    const hashing = createHashing({ ...limits, waiting: 1 });
    const { started, finish, job } = work();
    const answers = [hashing.run(job(0), 100), hashing.run(job(1), 21)];
    await settled();
    expect(await hashing.run(job(2), 21)).toMatchObject({ kind: 'later' });
    const little = hashing.run(job(3), 20);
    await settled();
    expect(started).toEqual([0, 3]);
    finish[0]?.();
    await settled();
    finish[1]?.();
    finish[3]?.();
    await Promise.all([...answers, little]);
  });

  test('work that fails, and who has waited too long, give their memory back', async () => {
    const clock = createTestClock();
    const hashing = createHashing({ ...limits, patience: { clock, most: 5000 } });
    const { finish, job } = work();
    const broken = hashing.run(() => Promise.reject(new Error('broken')), 100);
    await expect(broken).rejects.toThrow('broken');
    const first = hashing.run(job(0), 100);
    const impatient = hashing.run(job(1), 100);
    await settled();
    clock.advance(5000);
    finish[0]?.();
    expect(await first).toEqual(found(0));
    expect(await impatient).toMatchObject({ kind: 'later' });
    expect(await hashing.run(async () => 'next', 100)).toEqual(found('next'));
  });

  test('what nobody waits for waits for memory behind those who do', async () => {
    const hashing = createHashing(limits);
    const { started, finish, job } = work();
    const answers = [hashing.run(job(0), 100), hashing.runIdle(job(1), 30), hashing.run(job(2), 100)];
    await settled();
    expect(started).toEqual([0]);
    finish[0]?.();
    await settled();
    expect(started).toEqual([0, 2]);
    finish[2]?.();
    await settled();
    expect(started).toEqual([0, 2, 1]);
    finish[1]?.();
    await Promise.all(answers);
  });

  test('whatever comes and ends in whatever order, no more is used at once, and all are answered', async () => {
    const needs = fc.array(fc.record({ bytes: fc.nat({ max: 100 }), isIdle: fc.boolean() }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(needs, fc.infiniteStream(fc.nat()), async (works, chance) => {
        const hashing = createHashing({ ...limits, waiting: 100 });
        const underWay: { readonly bytes: number; readonly end: () => void }[] = [];
        const start = (bytes: number) => () =>
          new Promise<number>((resolve) => {
            underWay.push({ bytes, end: () => resolve(bytes) });
          });
        const answers = works.map(({ bytes, isIdle }) =>
          isIdle ? hashing.runIdle(start(bytes), bytes) : hashing.run(start(bytes), bytes),
        );
        await settled();
        while (underWay.length > 0) {
          expect(underWay.length).toBeLessThanOrEqual(4);
          expect(underWay.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(160);
          const [ended] = underWay.splice(chance.next().value % underWay.length, 1);
          ended?.end();
          await settled();
        }
        expect(await Promise.all(answers)).toEqual(works.map(({ bytes }) => found(bytes)));
      }),
    );
  });
});
