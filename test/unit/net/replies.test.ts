import { expect, test } from 'vitest';
import { Replies } from '../../../src/net/replies.ts';

const whole = (said: string) => ({ said, isWhole: true });

test('answers leave in the order of requests, however they come', () => {
  const replies = new Replies<string>();
  const slow = replies.await('slow', 0);
  const slower = replies.await('slower', 0);
  replies.add('fast');
  expect(replies.takeReady()).toBe('');
  Object.assign(slower, whole('slower'));
  expect(replies.takeReady()).toBe('');
  Object.assign(slow, whole('slow '));
  expect(replies.takeReady()).toBe('slow slowerfast');
  expect(replies.open).toBe(0);
});

test('the parts of an answer leave as they come, and what comes after it waits for the last', () => {
  const replies = new Replies<string>();
  const long = replies.await('long', 0);
  replies.add('next');
  long.said = 'one ';
  expect(replies.takeReady()).toBe('one ');
  long.said = 'two ';
  expect(replies.takeReady()).toBe('two ');
  expect(replies.takeReady()).toBe('');
  Object.assign(long, whole('end '));
  expect(replies.takeReady()).toBe('end next');
});

test('an empty answer is one', () => {
  const replies = new Replies<string>();
  Object.assign(replies.await('quiet', 0), whole(''));
  replies.add('next');
  expect(replies.takeReady()).toBe('next');
});

test('overdue is what was asked long ago and has no answer', () => {
  const replies = new Replies<string>();
  Object.assign(replies.await('answered', 1), whole(''));
  replies.await('old', 2);
  replies.await('young', 3);
  expect(replies.overdue(2).map(({ message }) => message)).toEqual(['old']);
});
