/** deadline — an answer, or the end of the patience. */

import type { Soon } from './answer.ts';
import type { Milliseconds } from './clock.ts';

/** Rejects when there is no answer in time; the answer is then lost. Who was busy himself all that time hears first what
 * has arrived meanwhile. */
export async function within<T>(answer: Soon<T>, time: Milliseconds): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${time} ms`));
    timer = setTimeout(() => setImmediate(giveUp), time);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
