/** lines — the lines of files and of stdin (`-`), one file after another, and never all in memory.
 *
 * limits   a line of 1 MiB; what ends in `.gz` is unpacked */

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf } from '../base/text.ts';
import { failure, type World } from './command.ts';

const MAX_LINE = 1024 * 1024;

/** Some at a time, without their line ends. Throws what people are told when a file cannot be read. */
export async function* linesOf(
  { input }: Pick<World, 'input'>,
  what: string,
  paths: readonly string[],
): AsyncGenerator<readonly string[]> {
  for (const path of paths) {
    const source = path === '-' ? input.stream() : openFile(path);
    try {
      yield* linesIn(source);
    } catch (error) {
      const why = `${path === '-' ? 'stdin' : path}: ${reasonOf(error)}`;
      throw failure({ what, why, advice: 'name a file that can be read, or - for stdin' });
    }
  }
}

function openFile(path: string): AsyncIterable<Buffer | string> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  // An error of the file arrives at whoever reads what was unpacked.
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
}

async function* linesIn(source: AsyncIterable<Buffer | string>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new Error('a line of more than 1 MiB');
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
