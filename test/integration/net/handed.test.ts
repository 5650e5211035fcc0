/** A socket that systemd holds: while the daemon restarts, peers wait in its queue. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { createPostfix } from './peer.ts';
import { freshPath } from './server.ts';

const here = (file: string) => join(import.meta.dirname, file);

/** The lines that each daemon writes when it is ready: its process id and its address. */
async function* startHeld(path: string): AsyncGenerator<{ pid: number; address: string }> {
  const program = [process.execPath, '--import', 'tsx', here('daemon.ts')];
  const holder: ChildProcess = spawn(
    'perl',
    [here('holder.pl'), path, 'dovetail-socketmap.socket', ...program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(async () => {
    if (holder.exitCode !== null) return;
    const exited = once(holder, 'exit');
    holder.kill('SIGTERM');
    await exited;
  });
  if (!holder.stdout) return;
  for await (const line of createInterface({ input: holder.stdout })) {
    const [pid, address] = line.split(' ');
    yield { pid: Number(pid), address: address as string };
  }
}

test('the daemon restarts under load on a held socket, and no lookup is lost', async () => {
  const path = freshPath();
  const daemons = startHeld(path);
  const first = (await daemons.next()).value as { pid: number; address: string };
  expect(first.address).toBe('fd:3');

  const clients = Array.from({ length: 8 }, () => createPostfix(path));
  let isOver = false;
  let asked = 0;
  const load = clients.map(async ({ ask }) => {
    const wrong: (string | undefined)[] = [];
    while (!isOver) {
      const reply = await ask('virtual_alias_maps sales@x.test');
      asked += 1;
      if (reply !== 'OK ann@home.org, bob@home.org') wrong.push(reply);
    }
    return wrong;
  });

  let daemon = first;
  for (let restart = 0; restart < 2; restart += 1) {
    const before = asked;
    await expect.poll(() => asked).toBeGreaterThan(before + 50);
    process.kill(daemon.pid, 'SIGTERM');
    daemon = (await daemons.next()).value as { pid: number; address: string };
  }
  const before = asked;
  await expect.poll(() => asked).toBeGreaterThan(before + 50);
  isOver = true;
  expect((await Promise.all(load)).flat()).toEqual([]);
  for (const client of clients) client.end();
});
