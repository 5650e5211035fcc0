/** stage — what the demonstration plays on: the servers, what was overheard, and the clearing up. */

import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { printable } from '../base/text.ts';
import { attributes } from '../wire/attributes.ts';
import { line } from '../wire/line.ts';
import { netstring } from '../wire/netstring.ts';
import { type MailServers, makeScratchFolder, removeScratchFolder, startMailServers } from './mail-host.ts';
import { countRepeats, narrateLogin, narrateLookup, narratePolicy } from './narrate.ts';
import { type Overheard, overhear } from './overhear.ts';
import { createDovetail, type PrivateDovetail } from './private-dovetail.ts';

export interface Stage {
  readonly folder: string;
  readonly dovetail: PrivateDovetail;
  /** Starts both mail servers; between them and dovetail, everything is overheard. */
  startServers(): Promise<MailServers>;
  /** Prints what was asked since the last time, each line once. */
  tellWhatWasAsked(): void;
  /** A headline. */
  scene(text: string): void;
  /** One line of a dialogue. */
  show(who: 'C' | 'S', text: string): void;
  /** Runs and prints a command of dovetail. */
  command(words: readonly string[], input?: string): Promise<void>;
  /** The ends of all logs, for when something went wrong. */
  lastWords(): string;
  /** Ends what was started and removes the folder; may be called twice. */
  clear(): Promise<void>;
}

const MAX_SOCKETMAP = 100_000;
const MAX_POLICY = 65_536;
const INDENT = '   ';

export function createStage(): Stage {
  const folder = makeScratchFolder();
  const dovetail = createDovetail({ folder });
  const heard: string[] = [];
  const endings: (() => Promise<void> | void)[] = [() => removeScratchFolder(folder), () => dovetail.stop()];
  let scenes = 0;
  return {
    folder,
    dovetail,
    async startServers() {
      const socketFolder = join(folder, 'overheard');
      endings.push(...(await overhearAll(dovetail.runDir, socketFolder, heard)));
      const servers = await startMailServers({
        folder,
        dovetail,
        socketFolder,
        hostname: 'mail.example.org',
        relayhost: '[127.0.0.1]:9', // nothing leaves this machine
      });
      endings.push(() => servers.stop());
      return servers;
    },
    tellWhatWasAsked() {
      for (const text of countRepeats(heard.splice(0))) console.log(`${INDENT}${pc.cyan(text)}`);
    },
    scene: (text) => console.log(`\n${pc.bold(`${++scenes}. ${text}`)}\n`),
    show: (who, text) => console.log(`${INDENT}${pc.dim(`${who}:`)} ${printable(text, 110)}`),
    async command(words, input) {
      console.log(`${INDENT}${pc.dim('$')} dovetail ${words.join(' ')}`);
      await dovetail.command(words, input === undefined ? {} : { input });
    },
    lastWords: () => logsOf(folder),
    async clear() {
      for (const end of endings.splice(0).reverse()) await end();
    },
  };
}

async function overhearAll(daemon: string, folder: string, heard: string[]): Promise<(() => void)[]> {
  mkdirSync(folder);
  // What Dovecot counts is no question, and tells a newcomer nothing.
  symlinkSync(join(daemon, 'dict.sock'), join(folder, 'dict.sock'));
  const pass = (name: string, framing: ReturnType<typeof line>, narrate: (overheard: Overheard) => string) =>
    overhear({
      path: join(folder, name),
      daemon: join(daemon, name),
      framing,
      report: (overheard) => heard.push(narrate(overheard)),
    });
  return [
    await pass('socketmap.sock', netstring(MAX_SOCKETMAP), narrateLookup),
    await pass('policy.sock', attributes(MAX_POLICY), narratePolicy),
    await pass('login.sock', line(), narrateLogin),
  ];
}

function logsOf(folder: string): string {
  return ['dovetail.log', 'postfix/postfix.log', 'dovecot/dovecot.log']
    .map((name) => `--- the end of ${name}\n${endOf(join(folder, name))}`)
    .join('\n');
}

function endOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '(not there)';
  }
}
