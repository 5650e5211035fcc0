import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { packageRoot } from '../../src/config/folders.ts';
import { runToEnd } from '../../src/demo/processes.ts';
import { canRunMailServers } from '../support/mail-servers/host.ts';

const canRun = await canRunMailServers();
const PROGRAM = join(packageRoot(), 'dist/demo.js');

/** The demonstration, with a folder for temporary files of its own. */
async function runDemo(words: readonly string[] = [process.execPath, PROGRAM], env = {}) {
  const folder = mkdtempSync(join(inject('runFolder'), 'demo-'));
  chmodSync(folder, 0o755);
  const [program = '', ...rest] = words;
  const ended = await runToEnd(program, rest, { env: { TMPDIR: folder, ...env } });
  return { ...ended, left: readdirSync(folder) };
}

describe.skipIf(!canRun)('npm run demo', () => {
  test('shows a mail from SMTP to IMAP and who asked what, and leaves nothing behind', async () => {
    const { code, stdout, stderr, left } = await runDemo();
    expect(stderr).toBe('');
    expect(stdout).toContain('Postfix asks virtual_alias_maps: sales@example.org → alice@example.org');
    expect(stdout).toMatch(/asks the policy: may .* write to sales@example\.org\? → no objection/u);
    expect(stdout).toContain('S: Subject: Ten of the oak ones');
    expect(stdout).toMatch(/may alice@example\.org in by imap, with this password\? → yes/);
    expect(stdout).not.toContain('correct horse battery');
    expect({ code, left }).toEqual({ code: 0, left: [] });
  }, 120_000);

  test('says what is missing when it cannot run, and fails', async () => {
    // Not root, but able to read what only root may: the checkout, and Node itself, may be in /root.
    const caps = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
    const reading = [...caps, '--securebits=+no_setuid_fixup']; // else access(2) ignores them
    const asNobody = ['/usr/bin/setpriv', '--reuid=65534', '--clear-groups', ...reading];
    const { code, stdout, stderr } = await runDemo([...asNobody, process.execPath, PROGRAM], {
      PATH: '/no/container/engine',
    });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/can only be started by root\.\n.*apt install postfix/s);
  });
});
