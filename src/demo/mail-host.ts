/** mail-host — Postfix and Dovecot in one temporary folder, both real, asking a private dovetail.
 *
 * They read what `dovetail config generate` wrote. Shared by the demonstration and the end-to-end
 * tests.
 *
 * limits   root, and Debian's packages postfix, dovecot-imapd and dovecot-lmtpd; 127.0.0.1 only */

import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../config/folders.ts';
import { type Machine, THIS_MACHINE } from './machine.ts';
import { type PrivateDovecot, startDovecot } from './private-dovecot.ts';
import type { PrivateDovetail } from './private-dovetail.ts';
import { type PostfixOptions, type PrivatePostfix, preparePostfix, startPostfix } from './private-postfix.ts';
import { type Ended, must } from './processes.ts';

const ROOT = packageRoot();

/** A folder that the users of all servers may enter, also from within the other Debian `root`. */
export function makeScratchFolder(root?: string): string {
  const folder = mkdtempSync(join(root === undefined ? tmpdir() : join(root, 'tmp'), 'dovetail-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const removeScratchFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export interface MailServers {
  readonly postfix: PrivatePostfix;
  readonly dovecot: PrivateDovecot;
  /** Runs doveadm against this Dovecot. */
  doveadm(...words: string[]): Promise<Ended>;
  stop(): Promise<void>;
}

export interface MailServerOptions {
  /** Below the machine's root. */
  readonly folder: string;
  /** Where both are installed; on this machine unless told otherwise. */
  readonly machine?: Machine;
  readonly dovetail: PrivateDovetail;
  /** How Dovecot asks; by default in the way that needs the fewest packages. */
  readonly door?: string;
  /** Where the servers look for dovetail's sockets; the daemon's own folder unless told otherwise. */
  readonly socketFolder?: string;
  readonly hostname: string;
  /** Where mail for other domains goes. */
  readonly relayhost: string;
  /** More maps of Postfix, as `config generate --with` names them. */
  readonly maps?: readonly string[];
  readonly postfixSettings?: Readonly<Record<string, string>>;
  /** On top of dovecot.conf, as written there. */
  readonly dovecotSettings?: string;
}

const DOORS = { '2.3': 'checkpassword', '2.4': 'lua' } as const;

/** Generates the configuration and starts both servers on it. */
export async function startMailServers(options: MailServerOptions): Promise<MailServers> {
  const { folder, machine = THIS_MACHINE } = options;
  const { root } = machine;
  const generated = join(folder, 'generated');
  await generate(options, generated);
  const postfixOptions: PostfixOptions = {
    folder: join(folder, 'postfix'),
    generated: join(generated, 'postfix'),
    hostname: options.hostname,
    mailOwner: Number(await must('id', ['-u', 'postfix'], { root })),
    relayhost: options.relayhost,
    root,
    ...(options.postfixSettings ? { settings: options.postfixSettings } : {}),
  };
  const { ports } = await preparePostfix(postfixOptions);
  const dovecot = await startDovecot({
    folder: join(folder, 'dovecot'),
    generated: join(generated, 'dovecot'),
    machine,
    ...(options.dovecotSettings === undefined ? {} : { settings: options.dovecotSettings }),
  });
  const postfix = await startPostfix(postfixOptions, ports).catch(async (error: unknown) => {
    await dovecot.stop();
    throw error;
  });
  return {
    postfix,
    dovecot,
    doveadm: dovecot.doveadm,
    async stop() {
      await postfix.stop();
      await dovecot.stop();
    },
  };
}

/** `dovetail config generate`, told where things are on this host. */
async function generate(
  {
    folder,
    dovetail,
    socketFolder,
    machine: { dovecot } = THIS_MACHINE,
    door = DOORS[dovecot],
    maps = [],
  }: MailServerOptions,
  output: string,
): Promise<void> {
  const client = copyClient(folder);
  const noCertificate = join(folder, 'no-certificate.pem');
  writeFileSync(noCertificate, ''); // named in the files, and not read: TLS is off on a private host
  const words = ['config', 'generate', '--output', output, '--dovecot', dovecot, '--door', door];
  const places = [
    '--dovecot-folder',
    join(output, 'dovecot'),
    '--checkpassword',
    client,
    '--postfix-queue',
    join(folder, 'postfix/queue'),
    '--ssl-cert',
    noCertificate,
    '--ssl-key',
    noCertificate,
  ];
  const env = { DOVETAIL_RUN_DIR: socketFolder ?? dovetail.runDir };
  const more = maps.length === 0 ? [] : ['--with', maps.join(',')];
  await dovetail.command([...words, ...more, ...places], { env });
}

/** A copy of dovetail-checkpassword below `folder`: Dovecot's user may not be allowed into the checkout. */
export function copyClient(folder: string): string {
  const copy = join(folder, 'bin/dovetail-checkpassword');
  if (existsSync(copy)) return copy;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(join(ROOT, 'clients/dovetail-checkpassword'), copy);
  chmodSync(copy, 0o755);
  return copy;
}
