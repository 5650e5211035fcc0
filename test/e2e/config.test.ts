import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { createDovetail } from '../../src/demo/private-dovetail.ts';
import { must } from '../../src/demo/processes.ts';
import { canRunMailServers } from '../support/mail-servers/host.ts';

const newFolder = () => mkdtempSync(join(inject('runFolder'), 'dovetail-config-'));
const program = createDovetail({ folder: newFolder() });
const generate = (output: string, ...words: string[]) =>
  program.try(['config', 'generate', '--output', output, ...words]);

describe('dovetail config generate', () => {
  test('writes the files and says where to go on', async () => {
    const folder = newFolder();
    const { code, stdout } = await generate(folder);
    expect(code).toBe(0);
    expect(stdout).toContain(`${folder}/README.md`);
    expect(readFileSync(join(folder, 'postfix/main.cf'), 'utf8')).toContain(
      `socketmap:unix:${program.runDir}/socketmap.sock`,
    );
  });

  test('tells machines which files it wrote', async () => {
    const { stdout } = await generate(newFolder(), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'written', same: [] });
  });

  test('does not write over a file that was changed by hand, unless forced', async () => {
    const folder = newFolder();
    await generate(folder);
    appendFileSync(join(folder, 'dovecot/dovecot.conf'), '# mine\n');
    const refused = await generate(folder);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/changed by hand: .*dovecot\.conf; .*--force/),
    });
    expect(await generate(folder, '--force')).toMatchObject({ code: 0 });
  });

  const refusals: Record<string, [words: string[], code: number, said: RegExp]> = {
    'a Dovecot that does not exist': [['--dovecot', '9'], 2, /no Dovecot 9.*; use --dovecot 2\.3 or 2\.4/],
    'a door that does not exist': [['--door', 'window'], 2, /no door window; use --door lua or/],
    'a door that this Dovecot has not': [
      ['--dovecot', '2.4', '--door', 'checkpassword'],
      2,
      /2\.4 has no driver for the door checkpassword; use --door lua or sql/,
    ],
    'a door named twice': [['--door', 'lua,sql,lua'], 2, /lua is named twice/],
    'a door that asks through the same workers': [
      ['--door', 'auth-worker,lua'],
      2,
      /lua cannot stand behind the door auth-worker; use one door alone or --door lua,sql/,
    ],
    'a door behind one that never gives up': [
      ['--door', 'auth-worker,sql'],
      2,
      /sql cannot stand behind the door auth-worker; use/,
    ],
    'a pair the wrong way round': [['--door', 'sql,lua'], 2, /lua cannot stand behind the door sql; use/],
    'a URL where libpq words are wanted': [
      ['--door', 'sql', '--sql-connection', 'postgresql://localhost/mail'],
      2,
      /is not keyword=value words; write it as in/,
    ],
    'a password of the database': [
      ['--door', 'sql', '--sql-connection', 'host=db password=secret'],
      2,
      /a password does not belong on a command line; name a file/,
    ],
  };
  test.each(Object.entries(refusals))('refuses %s in one clear line', async (_, [words, code, said]) => {
    const refused = await generate(newFolder(), ...words);
    expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(said) });
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('says where it cannot write', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    const refused = await generate(join(file, 'below'));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^dovetail: cannot write .*: ENOTDIR.*; choose a folder that may be written to\n$/u,
    );
  });

  test('without --output it is wrong usage', async () => {
    expect(await program.try(['config', 'generate'])).toMatchObject({ code: 2 });
  });
});

const canRun = await canRunMailServers();
const DEBIAN = '/usr/share/postfix/master.cf.dist';
const isDebian = existsSync(DEBIAN);
if (!isDebian) console.warn(`\n*** SKIPPED: apply.sh on Debian's own files: ${DEBIAN} is not here ***\n`);

describe.skipIf(!canRun)('what the installed servers think of generated files', () => {
  test('Postfix and Dovecot have nothing to complain about', async () => {
    const folder = newFolder();
    // A key pair's content is read when a client connects; here it only has to be there.
    const pem = join(folder, 'any.pem');
    writeFileSync(pem, '');
    await generate(folder, '--ssl-cert', pem, '--ssl-key', pem);
    const { stdout } = await program.try(['config', 'check', folder, '--json']);
    expect(JSON.parse(stdout)).toEqual([
      { server: 'postfix', result: 'ok', said: '' },
      { server: 'dovecot', result: 'ok', said: '' },
    ]);
  });

  test('files for another Dovecot are told from wrong ones', async () => {
    const folder = newFolder();
    await generate(folder, '--dovecot', '2.4');
    const checked = await program.try(['config', 'check', folder]);
    expect(checked).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/for Dovecot 2\.4, and 2\.3\.\d+\S* is installed: make them anew/),
    });
  });

  test('a mistake in them is told, and the exit code says so', async () => {
    const folder = newFolder();
    await generate(folder);
    appendFileSync(join(folder, 'dovecot/dovecot.conf'), 'nonsense = yes\n');
    const checked = await program.try(['config', 'check', folder]);
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('nonsense') });
  });

  test.skipIf(!isDebian)(
    "Debian's own files take them, twice to the same effect, and what asks dovetail leaves the chroot",
    async () => {
      const [generated, etc] = [newFolder(), newFolder()];
      await generate(generated);
      copyFileSync(DEBIAN, join(etc, 'master.cf'));
      copyFileSync('/usr/share/postfix/main.cf.debian', join(etc, 'main.cf'));
      const apply = () => must('sh', [join(generated, 'postfix/apply.sh'), etc]);
      const read = () => ['main.cf', 'master.cf'].map((name) => readFileSync(join(etc, name), 'utf8'));
      await apply();
      const once = read();
      await apply();
      expect(read()).toEqual(once);
      const services = await must('postconf', ['-c', etc, '-M']);
      const asking = services.split('\n').filter((line) => /\b(?:smtpd|cleanup|trivial-rewrite)$/.test(line));
      expect(asking.length).toBeGreaterThanOrEqual(3);
      for (const line of asking) expect(line.split(/\s+/)[4]).toBe('n');
    },
  );
});
