import { expect, test } from 'vitest';
import { createRemembered } from '../../../src/auth/remember.ts';
import { minutes } from '../../../src/base/clock.ts';

const handClock = () => {
  let at = 0;
  return { now: () => at, date: () => new Date(at), pass: (span: number) => (at += span) };
};

const credential = { id: '1', hash: '{ARGON2ID}x' };
const secret = 'secret';

test('what was added is there until its time is over, however often it is used', () => {
  const clock = handClock();
  const remembered = createRemembered({ key: Buffer.alloc(32), clock, keepFor: minutes(10) });
  const tag = remembered.tagOf(credential, secret);
  expect(remembered.has(tag)).toBe(false);
  remembered.add(tag);
  clock.pass(minutes(9));
  expect(remembered.has(tag)).toBe(true);
  clock.pass(minutes(1));
  expect(remembered.has(tag)).toBe(false);
});

test('another password, credential, hash or process has another tag', () => {
  const clock = handClock();
  const { tagOf } = createRemembered({ key: Buffer.alloc(32), clock });
  const other = createRemembered({ key: Buffer.alloc(32, 1), clock });
  const tags = [
    tagOf(credential, secret),
    tagOf(credential, 'Secret'),
    tagOf({ ...credential, id: '2' }, secret),
    tagOf({ ...credential, hash: '{ARGON2ID}y' }, secret),
    other.tagOf(credential, secret),
    tagOf({ id: '1', hash: '' }, '{ARGON2ID}x\0secret'),
  ];
  expect(new Set(tags).size).toBe(tags.length);
  expect(tags.join()).not.toContain('secret');
});

test('no more is kept than allowed: the longest unused goes', () => {
  const remembered = createRemembered({ key: Buffer.alloc(32), clock: handClock(), maxEntries: 2 });
  for (const tag of ['a', 'b', 'c']) remembered.add(tag);
  expect(['a', 'b', 'c'].filter((tag) => remembered.has(tag))).toEqual(['b', 'c']);
});
