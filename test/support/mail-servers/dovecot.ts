/** dovecot — a real Dovecot of either version for a test, from a few lines of configuration. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { makeScratchFolder, removeScratchFolder } from '../../../src/demo/mail-host.ts';
import {
  type MailProtocol,
  type PrivateDovecot,
  startDovecot as startPrivate,
} from '../../../src/demo/private-dovecot.ts';
import { machines } from './machines.ts';

export interface TestDovecot extends PrivateDovecot {
  /** Below the root of the machine: what Dovecot must see has to lie in it. */
  readonly folder: string;
}

export interface TestDovecotOptions {
  readonly version: DovecotVersion;
  /** passdb, userdb and what else the test is about, in the words of this version; may need the
   * folder for the paths of its sockets and files. */
  readonly configuration: string | ((folder: string) => string);
  readonly protocols?: readonly MailProtocol[];
  /** Beside dovecot.conf, in `etc` below the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What every configuration of the version begins with. */
const PREFACE: Readonly<Record<DovecotVersion, string>> = {
  '2.3': 'mail_location = maildir:~/Maildir\n',
  '2.4': `\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = maildir
mail_path = ~/Maildir
`,
};

/** The folder is removed with `stop`. Who starts it has asked `canRunDovecot`. */
export async function startDovecot(options: TestDovecotOptions): Promise<TestDovecot> {
  const { version, configuration, protocols = ['imap', 'lmtp', 'pop3', 'sieve'] } = options;
  const machine = machines[version];
  const folder = makeScratchFolder(machine.root);
  const generated = join(folder, 'etc');
  mkdirSync(generated);
  const text = typeof configuration === 'string' ? configuration : configuration(folder);
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(generated, name), text);
  writeFileSync(join(generated, 'dovecot.conf'), `${PREFACE[version]}${text}\n!include_try local.conf\n`);
  try {
    const dovecot = await startPrivate({ folder: join(folder, 'd'), generated, machine, protocols });
    return {
      ...dovecot,
      folder,
      async stop() {
        await dovecot.stop();
        removeScratchFolder(folder);
      },
    };
  } catch (error) {
    removeScratchFolder(folder);
    throw error;
  }
}
