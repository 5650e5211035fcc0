import { expect, test } from 'vitest';
import { Replies } from '../../../src/net/replies.ts';

test('answers leave in the order of requests, however they come', () => {
  const replies = new Replies<string>();
  const slow = replies.await('slow', 0);
  const slower = replies.await('slower', 0);
  replies.add('fast');
  expect(replies.takeReady()).toBe('');
  slower.reply = 'slower';
  expect(replies.takeReady()).toBe('');
  slow.reply = 'slow ';
  expect(replies.takeReady()).toBe('slow slowerfast');
  expect(replies.open).toBe(0);
});

test('an empty answer is one', () => {
  const replies = new Replies<string>();
  replies.await('quiet', 0).reply = '';
  replies.add('next');
  expect(replies.takeReady()).toBe('next');
});

test('overdue is what was asked long ago and has no answer', () => {
  const replies = new Replies<string>();
  replies.await('answered', 1).reply = '';
  replies.await('old', 2);
  replies.await('young', 3);
  expect(replies.overdue(2).map(({ message }) => message)).toEqual(['old']);
});
