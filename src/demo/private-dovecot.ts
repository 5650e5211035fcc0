/** private-dovecot — a real Dovecot of our own that reads a whole dovecot.conf as it is.
 *
 * What differs on a private instance (folders, ports, no TLS) is in local.conf beside it, the file
 * that the generated one reads last.
 *
 * limits   must run as root (Dovecot does); only 127.0.0.1 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotVersion } from '../config/doors/door.ts';
import { type Machine, THIS_MACHINE } from './machine.ts';
import { accepts, type Ended, freePorts, must, runToEnd, startProcess, waitUntil } from './processes.ts';

export type MailProtocol = 'imap' | 'lmtp' | 'pop3' | 'sieve';
const PROTOCOLS: readonly MailProtocol[] = ['imap', 'lmtp', 'pop3', 'sieve'];

export interface PrivateDovecot {
  readonly imapPort: number;
  /** At 127.0.0.1; only those that are served have somebody behind them. */
  readonly ports: Readonly<Record<MailProtocol, number>>;
  readonly logFile: string;
  log(): string;
  /** Runs doveadm against this instance; the exit code tells what it found. */
  doveadm(...words: string[]): Promise<Ended>;
  readonly configFile: string;
  stop(): Promise<void>;
}

export interface DovecotOptions {
  readonly folder: string;
  /** The folder of the dovecot.conf, which reads `local.conf` beside it. */
  readonly generated: string;
  /** Where Dovecot is installed: both folders must lie below its root. */
  readonly machine?: Machine;
  /** What is served, if not what dovecot.conf says. IMAP must be among it. */
  readonly protocols?: readonly MailProtocol[];
  /** Settings on top, as in dovecot.conf. */
  readonly settings?: string;
}

const NO_TLS: Readonly<Record<DovecotVersion, string>> = {
  '2.3': 'ssl = no\nssl_cert =\nssl_key =\n',
  '2.4': 'ssl = no\n',
};

function localConf(
  { folder, machine = THIS_MACHINE, protocols, settings = '' }: DovecotOptions,
  ports: PrivateDovecot['ports'],
): string {
  const served = protocols ?? ['imap', 'lmtp'];
  return `\
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = ${join(folder, 'dovecot.log')}
listen = 127.0.0.1
${protocols === undefined ? '' : `protocols = ${protocols.join(' ')}\n`}\
# No certificate here, so no TLS; logins come from this machine.
${NO_TLS[machine.dovecot]}\
${served.map((protocol) => LISTENERS[protocol](ports[protocol])).join('')}\
# All clients have one address here: one wrong password must not slow down the others.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${settings}`;
}

const listener = (name: string, port: number): string =>
  `  inet_listener ${name} {\n    port = ${port}\n  }\n`;

const LISTENERS: Readonly<Record<MailProtocol, (port: number) => string>> = {
  imap: (port) => `service imap-login {\n${listener('imap', port)}${listener('imaps', 0)}}\n`,
  pop3: (port) => `service pop3-login {\n${listener('pop3', port)}${listener('pop3s', 0)}}\n`,
  sieve: (port) => `service managesieve-login {\n${listener('sieve', port)}}\n`,
  lmtp: (port) => `service lmtp {\n${listener('lmtp', port)}}\n`,
};

export async function startDovecot(options: DovecotOptions): Promise<PrivateDovecot> {
  const { folder, generated, machine: { root } = THIS_MACHINE } = options;
  const configFile = join(generated, 'dovecot.conf');
  const logFile = join(folder, 'dovecot.log');
  const ports = await choosePorts();
  for (const name of ['run', 'state']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(generated, 'local.conf'), localConf(options, ports));
  await must('doveconf', ['-n', '-c', configFile], { root });
  const process = startProcess('dovecot', ['-F', '-c', configFile], join(folder, 'dovecot.out'), { root });
  await waitUntil('Dovecot accepts IMAP', () => {
    if (process.hasEnded()) throw new Error(`Dovecot did not start: ${lastWords(folder)}`);
    return accepts(ports.imap);
  });
  return {
    imapPort: ports.imap,
    ports,
    logFile,
    log: () => readFileSync(logFile, 'utf8'),
    doveadm: (...words) => runToEnd('doveadm', ['-c', configFile, ...words], { root }),
    configFile,
    stop: () => process.stop(),
  };
}

async function choosePorts(): Promise<PrivateDovecot['ports']> {
  const free = await freePorts(PROTOCOLS.length);
  return Object.fromEntries(PROTOCOLS.map((protocol, n) => [protocol, free[n]])) as PrivateDovecot['ports'];
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
