/** piecemeal — writes a batch at once; where the database refuses it, the halves of it, and so on, until only what
 * it refuses by itself is left out. */

import { isRefusal, isUnfit } from './refusal.ts';

export interface Piecemeal<E> {
  /** What is not written yet: the database is away. */
  readonly left: readonly E[];
  /** What will never be written: it does not fit, or the right to write is missing. */
  readonly refused: readonly E[];
  /** What went wrong first. */
  readonly error: unknown;
}

/** Never rejects. */
export async function writePiecemeal<E>(
  batch: readonly E[],
  write: (entries: readonly E[]) => Promise<void>,
): Promise<Piecemeal<E>> {
  const refused: E[] = [];
  const pieces = [batch];
  let first: unknown;
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    try {
      await write(piece);
    } catch (error) {
      first ??= error;
      if (!isRefusal(error)) return { left: [piece, ...pieces].flat(), refused, error: first };
      const half = Math.ceil(piece.length / 2);
      if (isUnfit(error) && piece.length > 1) pieces.unshift(piece.slice(0, half), piece.slice(half));
      else refused.push(...piece);
    }
  }
  return { left: [], refused, error: first };
}
