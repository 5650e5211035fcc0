/** private-dovecot — a real Dovecot 2.3 of our own that reads the generated dovecot.conf as it is.
 *
 * What differs on a private instance (folders, ports, no TLS) is in local.conf beside it, the file
 * that the generated one reads last.
 *
 * limits   must run as root (Dovecot does); only 127.0.0.1 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts, freePorts, must, startProcess, waitUntil } from './processes.ts';

export interface PrivateDovecot {
  readonly imapPort: number;
  readonly logFile: string;
  log(): string;
  /** Runs doveadm against this instance; the exit code tells what it found. */
  readonly configFile: string;
  stop(): Promise<void>;
}

export interface DovecotOptions {
  readonly folder: string;
  /** The folder of the generated dovecot.conf. */
  readonly generated: string;
  /** Settings on top, as in dovecot.conf. */
  readonly settings?: string;
}

const localConf = ({ folder, settings = '' }: DovecotOptions, imapPort: number): string => `\
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = ${join(folder, 'dovecot.log')}
listen = 127.0.0.1
# No certificate here, so no TLS; logins come from this machine.
ssl = no
ssl_cert =
ssl_key =
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
# All clients have one address here: one wrong password must not slow down the others.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${settings}`;

export async function startDovecot(options: DovecotOptions): Promise<PrivateDovecot> {
  const { folder, generated } = options;
  const configFile = join(generated, 'dovecot.conf');
  const logFile = join(folder, 'dovecot.log');
  const [imapPort] = (await freePorts(1)) as [number];
  for (const name of ['run', 'state']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(generated, 'local.conf'), localConf(options, imapPort));
  await must('doveconf', ['-n', '-c', configFile]);
  const process = startProcess('dovecot', ['-F', '-c', configFile], join(folder, 'dovecot.out'));
  await waitUntil('Dovecot accepts IMAP', () => {
    if (process.hasEnded()) throw new Error(`Dovecot did not start: ${lastWords(folder)}`);
    return accepts(imapPort);
  });
  return {
    imapPort,
    logFile,
    log: () => readFileSync(logFile, 'utf8'),
    configFile,
    stop: () => process.stop(),
  };
}

function lastWords(folder: string): string {
  const words = ['dovecot.out', 'dovecot.log'].map((name) => {
    try {
      return readFileSync(join(folder, name), 'utf8').trim();
    } catch {
      return '';
    }
  });
  return words.join(' ').slice(-600).trim();
}
