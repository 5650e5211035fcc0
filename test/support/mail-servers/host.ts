/** host — a mail host for a test: dovetail, Postfix and Dovecot, all real, and the world outside. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { packageRoot } from '../../../src/config/folders.ts';
import {
  type MailServerOptions,
  type MailServers,
  makeScratchFolder,
  removeScratchFolder,
  startMailServers,
} from '../../../src/demo/mail-host.ts';
import { createDovetail, type PrivateDovetail } from '../../../src/demo/private-dovetail.ts';
import { PATIENT } from '../daemon.ts';
import { createTestServer, type TestServer } from '../database.ts';
import { canRunDovecot, machines } from './machines.ts';
import { openSink, type Sink } from './sink.ts';

export const PASSWORD = 'correct horse battery';

export interface MailHost extends MailServers {
  readonly dovetail: PrivateDovetail;
  /** A PostgreSQL of its own, which a test may kill. */
  readonly database: TestServer;
  readonly sink: Sink;
  /** `dovetail …`, given as one line. */
  run(line: string): Promise<void>;
  addUsers(...addresses: string[]): Promise<void>;
  close(): Promise<void>;
}

/** Whether end-to-end tests can run here. In CI they must; elsewhere they are skipped, loudly. */
export const canRunMailServers = (version: DovecotVersion = '2.3'): Promise<boolean> =>
  canRunDovecot(version, version === '2.3' ? ['imap', 'lmtp'] : ['imap', 'lmtp', 'lua']);

interface HostSettings
  extends Pick<MailServerOptions, 'maps' | 'postfixSettings' | 'dovecotSettings' | 'socketFolder'> {
  /** dovetail's settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts everything; `prepare` makes the accounts before the mail servers start. */
export async function openMailHost(
  prepare: (host: Preparing) => Promise<void>,
  version: DovecotVersion = '2.3',
  { env = {}, ...servers }: HostSettings = {},
): Promise<MailHost> {
  if (!existsSync(join(packageRoot(), 'dist/dovetail.js'))) throw new Error('run `npm run build` first');
  const machine = machines[version];
  const folder = makeScratchFolder(machine.root);
  const closers: (() => Promise<void> | void)[] = [() => removeScratchFolder(folder)];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const database = await createTestServer();
    closers.push(() => database.stop());
    const dovetail = createDovetail({ folder, databaseUrl: database.url, env: { ...PATIENT, ...env } });
    const preparing = accountsOf(dovetail);
    await prepare(preparing);
    await dovetail.start();
    closers.push(() => dovetail.stop());
    const sink = await openSink();
    closers.push(() => sink.close());
    const started = await startMailServers({
      folder,
      machine,
      dovetail,
      hostname: 'mail.example.org',
      relayhost: `[127.0.0.1]:${sink.port}`,
      ...servers,
      postfixSettings: { mynetworks: '', ...servers.postfixSettings }, // the clients of a test are strangers
    });
    closers.push(() => started.stop());
    return { ...started, ...preparing, dovetail, database, sink, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Preparing = Pick<MailHost, 'run' | 'addUsers'>;

function accountsOf(dovetail: PrivateDovetail): Preparing {
  return {
    run: async (line) => void (await dovetail.command(line.split(' '))),
    async addUsers(...addresses) {
      for (const address of addresses) {
        await dovetail.command(['user', 'add', address, '--password-stdin'], { input: `${PASSWORD}\n` });
      }
      await dovetail.moveHomes();
    },
  };
}
