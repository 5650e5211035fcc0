/** systemd-peer — a real datagram socket where systemd would listen, and what it was told. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface SystemdPeer {
  /** For NOTIFY_SOCKET. */
  readonly path: string;
  /** Every notice so far, in order; the lines of one are separated by a space. */
  readonly notices: readonly string[];
}

/** Ends with the test. */
export async function startSystemdPeer(path: string): Promise<SystemdPeer> {
  const peer = spawn('perl', [join(import.meta.dirname, 'systemd-peer.pl'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void peer.kill());
  const lines = createInterface({ input: peer.stdout });
  await once(lines, 'line');
  const notices: string[] = [];
  lines.on('line', (notice) => notices.push(notice));
  return { path, notices };
}
