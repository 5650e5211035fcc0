/** tail — one open file, read on from where we are. */

import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLines } from './lines.ts';

/** Lines, and how many were too long to be any. Settles when more may come. */
export type Take = (lines: readonly string[], tooLong: number) => Promise<void>;

export interface Tail {
  /** Whether the file of this name is still this one. */
  is(file: Identity): boolean;
  /** To the end as it is now, or until it is closed. Rejects where the file cannot be read. */
  readOn(take: Take): Promise<void>;
  close(): Promise<void>;
}

export interface Identity {
  readonly dev: number;
  readonly ino: number;
}

/** Some hundred lines: a few milliseconds of work, then requests come first. */
const CHUNK = 64 * 1024;

export async function openTail(path: string, from: 'begin' | 'end'): Promise<Tail> {
  const handle = await open(path, 'r');
  try {
    return tailOf(handle, await handle.stat(), from);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function tailOf(
  handle: FileHandle,
  { dev, ino, size }: Identity & { readonly size: number },
  from: 'begin' | 'end',
): Tail {
  const chunk = Buffer.alloc(CHUNK);
  let position = from === 'end' ? size : 0;
  let lines = createLines();
  let isClosed = false;

  return {
    is: (file) => file.dev === dev && file.ino === ino,
    async readOn(take) {
      // It was emptied: what is in it now is all new (logrotate's copytruncate).
      if ((await handle.stat()).size < position) {
        position = 0;
        lines = createLines();
      }
      while (!isClosed) {
        const { bytesRead } = await handle.read(chunk, 0, CHUNK, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        const before = lines.tooLong();
        await take(lines.take(chunk.subarray(0, bytesRead)), lines.tooLong() - before);
        await nextTurn();
      }
    },
    async close() {
      isClosed = true;
      await handle.close();
    },
  };
}
