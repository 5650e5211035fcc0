/** held — a socket that somebody holds while its program is stopped and started, as systemd does. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isAlive, PATH, type Running, waitUntil } from '../../src/demo/processes.ts';

export interface Holder {
  /** Starts the program with the socket in its hands. */
  start(): Promise<Running>;
  /** Gives the socket up; what was started is stopped before. */
  close(): Promise<void>;
}

export interface HeldProgram {
  readonly path: string;
  /** As in LISTEN_FDNAMES. */
  readonly name: string;
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export async function holdSocket({ path, name, program, env, logFile }: HeldProgram): Promise<Holder> {
  const holder = spawn('perl', [join(import.meta.dirname, 'holder.pl'), path, name, ...program], {
    env: { PATH, LANG: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', openSync(logFile, 'a')],
  });
  const { stdin, stdout } = holder;
  if (!stdin || !stdout) throw new Error('the holder has no input and output');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`nobody holds ${path}, see ${logFile}`);
    return value;
  };
  let running: Running | undefined;
  await nextLine();
  return {
    async start() {
      stdin.write('start\n');
      running = processOf(Number(await nextLine()));
      return running;
    },
    async close() {
      await running?.stop();
      const exited = once(holder, 'exit');
      stdin.end();
      await exited;
    },
  };
}

/** A process that is not our child. */
const processOf = (pid: number): Running => ({
  pid,
  hasEnded: () => !isAlive(pid),
  async stop(signal = 'SIGTERM') {
    if (isAlive(pid)) process.kill(pid, signal);
    await waitUntil(`process ${pid} ends`, () => !isAlive(pid));
  },
});
