/** heap-daemon — the doors at which passwords arrive, in a process that writes down on request all that lives in it.
 *
 * usage    node --expose-gc --import tsx heap-daemon.ts DATABASE_URL FOLDER, with an IPC channel: says `ready`; told
 *          `dump`, it writes FOLDER/strings.heapsnapshot and FOLDER/buffers, and says `dumped` */

import { closeSync, openSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { serveProtocol } from '../../../src/net/serve.ts';
import { authClient } from '../../../src/protocol/auth-client.ts';
import { authWorker } from '../../../src/protocol/auth-worker.ts';
import { login } from '../../../src/protocol/login.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import { createServices } from '../../../src/services.ts';

const [, , url = '', folder = ''] = process.argv;
const outcome = loadSettings({ env: {} });
if (outcome.kind !== 'ok') throw new Error(outcome.problems.join('; '));
const settings = {
  ...outcome.settings,
  runDir: folder,
  guessingPasswords: 10_000,
  guessingUsers: 10_000,
  guessingFree: 10_000,
  rehashOnLogin: true,
};
const services = createServices({ settings, url, clock: systemClock, log: silent, mayWrite: true });
services.listening(true);
const { mechanisms, ...sasl } = services.sasl;
const protocols: Protocol<string>[] = [
  login({ ...services.logins, log: silent }),
  authWorker({ ...services.logins, log: silent }),
  authClient({ mechanisms, services: sasl, temporaryBy: 'code', spid: 1, log: silent }),
];
for (const [n, protocol] of protocols.entries()) {
  const path = join(folder, `${n}.sock`);
  await serveProtocol({
    protocol,
    endpoint: { kind: 'unix', path, mode: 0o600 },
    log: silent,
    clock: systemClock,
  });
}

/** Small buffers share rooms of 8 KiB: one that is kept holds all that was ever written beside it. Here something is kept in
 * each room, as constants of modules that are loaded late do by chance. */
const kept: Buffer[] = [];
setInterval(() => kept.push(Buffer.from('kept')), 1);

/** Every ArrayBuffer that something still holds: a snapshot of the heap does not show what is in them. */
function writeBuffers(file: string): void {
  const session = new Session();
  session.connect();
  // Answered before it returns: the session is this thread's own.
  const post = <Answer>(method: string, parameters: object): Answer => {
    let answered: unknown;
    session.post(method, parameters, (error, answer) => {
      if (error) throw error;
      answered = answer;
    });
    return answered as Answer;
  };
  interface Remote {
    readonly objectId: string;
  }
  const { result } = post<{ result: Remote }>('Runtime.evaluate', { expression: 'ArrayBuffer.prototype' });
  const { objects } = post<{ objects: Remote }>('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
  });
  post('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { globalThis.living = this; }',
  });
  session.disconnect();
  const { living } = globalThis as unknown as { living?: readonly ArrayBuffer[] };
  const to = openSync(file, 'w');
  for (const buffer of living ?? []) writeSync(to, new Uint8Array(buffer));
  closeSync(to);
  delete (globalThis as { living?: unknown }).living;
}

async function dump(): Promise<void> {
  // What ran when the last answer left is over.
  await nextTurn();
  globalThis.gc?.();
  writeBuffers(join(folder, 'buffers'));
  writeHeapSnapshot(join(folder, 'strings.heapsnapshot'));
  process.send?.('dumped');
}

process.on('message', () => void dump());
process.on('disconnect', () => process.exit());
process.send?.('ready');
