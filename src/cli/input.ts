/** input — stdin: a secret that was piped in, or one that is typed without an echo.
 *
 * security  a secret is never an argument (other users see those), never echoed, never logged
 * limits    64 KiB from a pipe, but for who reads the stream */

import type { ReadStream } from 'node:tty';
import { failure } from './command.ts';

export interface Input {
  /** Whether somebody can be asked. */
  readonly isTerminal: boolean;
  /** What is piped in, as it comes, however much it is. */
  stream(): AsyncIterable<Buffer | string>;
  /** All that is piped in, as UTF-8 text. */
  readAll(): Promise<string>;
  /** What is typed up to Enter, without echo; the question goes to stderr. */
  askSecret(question: string): Promise<string>;
}

const MAX_PIPED = 64 * 1024;
const LEFT = { what: 'no password', why: 'the prompt was left', advice: 'run it again and type one' };

/** Input on a real stdin, which is opened only when it is read. `echo` is where questions go. */
export function createInput(
  isTerminal: boolean,
  stdin: () => ReadStream,
  echo: NodeJS.WritableStream,
): Input {
  return {
    isTerminal,
    stream: stdin,
    readAll: () => readAll(stdin()),
    askSecret: (question) => askSecret(stdin(), echo, question),
  };
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_PIPED) {
      const why = 'more than 64 KiB were piped in';
      throw failure({ what: 'cannot read stdin', why, advice: 'pipe in the secret alone' });
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function askSecret(stdin: ReadStream, echo: NodeJS.WritableStream, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (finish: () => void) => {
      stdin.off('data', read);
      stdin.setRawMode(false);
      stdin.pause();
      echo.write('\n');
      finish();
    };
    const read = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (key === '\r' || key === '\n') return end(() => resolve(typed));
        if (key === '\u0003' || key === '\u0004') {
          return end(() => reject(failure(LEFT)));
        }
        typed = key === '\u007f' || key === '\b' ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    echo.write(`${question}: `);
    stdin.setRawMode(true);
    stdin.on('data', read);
    stdin.resume();
  });
}
