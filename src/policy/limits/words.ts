/** words — counters and stretches of time, as clients and administrators read them. */

import type { Counter } from './limit.ts';

export const wordsOf: Readonly<Record<Counter, string>> = {
  messages: 'messages',
  recipients: 'recipients',
  bytes: 'bytes',
  new_recipients: 'new recipients',
  new_networks: 'new networks',
  bounces: 'bounces',
};

/** Of the units the largest in which it is whole, or nearly: `90 seconds`, `12 minutes`, `24 hours`. */
export function spanOf(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}
