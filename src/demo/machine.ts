/** machine — where the mail servers' programs are: on this machine, or in a folder that is a whole
 * Debian of another release, into which they are started with chroot.
 *
 * A folder shares this machine's network and processes. It holds a link with its own path that
 * leads to its own root (scripts/debian-13.sh makes it): a path below it means the same file
 * inside and outside, so what servers and tests share must lie below it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DovecotVersion } from '../config/doors/door.ts';
import { runToEnd } from './processes.ts';

export interface Machine {
  /** The version that is expected there. */
  readonly dovecot: DovecotVersion;
  /** Undefined is this machine itself. */
  readonly root?: string;
}

export const THIS_MACHINE: Machine = { dovecot: '2.3' };

/** What a program or plugin of Dovecot is called in its library folder, and Debian's package of it. */
export const DOVECOT_PARTS = {
  imap: ['imap', 'dovecot-imapd'],
  lmtp: ['lmtp', 'dovecot-lmtpd'],
  pop3: ['pop3', 'dovecot-pop3d'],
  sieve: ['managesieve', 'dovecot-managesieved'],
  lua: ['modules/auth/libauthdb_lua.so', 'dovecot-auth-lua'],
  sql: ['modules/auth/libdriver_pgsql.so', 'dovecot-pgsql'],
} as const;

export type DovecotPart = keyof typeof DOVECOT_PARTS;

const PROGRAMS = { postfix: 'postfix', dovecot: 'dovecot-core', doveconf: 'dovecot-core' };

/** What the servers lack to be started there, in words; undefined when nothing is missing. */
export async function whatIsMissing(
  { dovecot, root }: Machine = THIS_MACHINE,
  parts: readonly DovecotPart[] = ['imap', 'lmtp'],
): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'Postfix and Dovecot can only be started by root';
  if (root !== undefined && !existsSync(root)) {
    return `there is no Debian in ${root} (as root: scripts/debian-13.sh makes it)`;
  }
  const shell = (command: string) => runToEnd('sh', ['-c', command], { root });
  for (const [program, debian] of Object.entries(PROGRAMS)) {
    const { code } = await shell(`command -v ${program}`);
    if (code !== 0) return `${program} is not installed (Debian: apt install ${debian})`;
  }
  const version = (await shell('dovecot --version')).stdout.trim();
  if (!version.startsWith(`${dovecot}.`)) return `Dovecot ${dovecot} is needed, and ${version} is installed`;
  for (const part of parts) {
    const [file, debian] = DOVECOT_PARTS[part];
    const places = ['/usr/lib/dovecot', '/usr/libexec/dovecot'].map((folder) =>
      join(root ?? '/', folder, file),
    );
    if (!places.some(existsSync)) return `Dovecot's ${part} is not installed (Debian: apt install ${debian})`;
  }
  return undefined;
}
