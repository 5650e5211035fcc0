/** limit-words — limits and windows of time as people type and read them. */

import { formatSize } from '../base/sizes.ts';
import type { Counter } from '../policy/limits/limit.ts';
import { showLimit } from './accounts.ts';

export const showMax = (counter: Counter, max: number | null): string =>
  counter === 'bytes' ? formatSize(max) : showLimit(max);

/** `90s`, `12min`, `1h`, `1d` */
export function showWindow(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}min` : `${seconds}s`;
}
