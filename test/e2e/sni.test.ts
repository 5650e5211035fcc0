/** Postfix shows each name its own certificate, from the database and the certificate folder. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { runToEnd, waitUntil } from '../../src/demo/processes.ts';
import { makeCertificate } from '../support/certificates.ts';
import { withClient } from '../support/database.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { machines } from '../support/mail-servers/machines.ts';

describe.each([
  ['3.7', '2.3'],
  ['3.10', '2.4'],
] as const)('Postfix %s', async (_, dovecot) => {
  const canRun = await canRunMailServers(dovecot);
  describe.skipIf(!canRun)('with a certificate for each name', () => {
    let host: MailHost;
    let folder: string;
    const sql = (text: string) => withClient(host.database.url, (client) => client.query(text));

    const add = (name: string, file: string) =>
      host.run(`certificate add ${name} --chain ${folder}/${file}.pem --key ${folder}/${file}.key`);

    beforeAll(async () => {
      folder = makeScratchFolder(machines[dovecot].root);
      await makeCertificate(folder, 'own', 'mail.example.org');
      await makeCertificate(folder, 'one', 'mx.one.example', { also: ['smtp.one.example'] });
      await makeCertificate(folder, 'star', 'wild.two.example', { also: ['*.two.example'] });
      const also = ['mx.one.example', 'smtp.one.example'];
      await makeCertificate(folder, 'new', 'renewed.one.example', { also });
      await makeCertificate(folder, 'late', 'late.example');
      const postfixSettings = {
        smtpd_tls_security_level: 'may',
        smtpd_tls_chain_files: `${folder}/own.key, ${folder}/own.pem`,
      };
      const env = { DOVETAIL_CERTIFICATE_DIR: folder };
      host = await openMailHost(async ({ run }) => run('domain add example.org'), dovecot, {
        ...{ maps: ['sni'], postfixSettings, env },
      });
      await add('mx.one.example', 'one');
      await add('*.two.example', 'star');
      // The command refuses such.
      await sql(`insert into unified.certificates
          (domain, certificate_type, not_after, private_key_path, fullchain_path)
        values ('late.example', 'manual', now() - interval '1 minute', 'late.key', 'late.pem'),
               ('mixed.example', 'manual', now() + interval '1 day', 'one.key', 'star.pem')`);
    }, 120_000);
    afterAll(async () => {
      await host?.close();
      removeScratchFolder(folder);
    });

    /** The name in the certificate that is shown; `none` where the handshake fails. */
    async function shown(name: string): Promise<string> {
      const words = ['s_client', '-connect', `127.0.0.1:${host.postfix.smtpPort}`, '-starttls', 'smtp'];
      const { stdout } = await runToEnd('openssl', [...words, '-servername', name], { input: 'QUIT\n' });
      return /subject=CN ?= ?(\S+)/u.exec(stdout)?.[1] ?? 'none';
    }

    test.each([
      ['the name of a certificate', 'mx.one.example', 'mx.one.example'],
      ['another name of it', 'smtp.one.example', 'mx.one.example'],
      ['in any letter case', 'MX.One.Example', 'mx.one.example'],
      ['a name below a wildcard', 'mail.two.example', 'wild.two.example'],
      ['a name two levels below a wildcard', 'a.b.two.example', 'mail.example.org'],
      ['the wildcard’s own domain', 'two.example', 'mail.example.org'],
      ['a name without a certificate', 'elsewhere.example', 'mail.example.org'],
      ['a name whose certificate has expired', 'late.example', 'mail.example.org'],
      ['a certificate with another one’s key', 'mixed.example', 'none'],
    ])('%s', async (_what, name, subject) => {
      expect(await shown(name)).toBe(subject);
    });

    test('a renewed certificate is shown as soon as it is added, a removed one no more', async () => {
      await add('mx.one.example', 'new');
      await waitUntil(
        'the new one is shown',
        async () => (await shown('mx.one.example')) === 'renewed.one.example',
      );
      await host.run('certificate remove mx.one.example');
      await waitUntil(
        'it is shown no more',
        async () => (await shown('mx.one.example')) === 'mail.example.org',
      );
      await add('mx.one.example', 'new');
      await waitUntil('it is back', async () => (await shown('smtp.one.example')) === 'renewed.one.example');
    });

    test('a revoked one is shown no more', async () => {
      await sql(`update unified.certificates set is_active = false where domain = '*.two.example'`);
      await waitUntil(
        'it is shown no more',
        async () => (await shown('mail.two.example')) === 'mail.example.org',
      );
    });

    test('no log holds a private key, Postfix’s or ours', async () => {
      const key = readFileSync(join(folder, 'one.key'), 'utf8');
      const said = host.postfix.log() + readFileSync(host.dovetail.logFile, 'utf8');
      for (const line of key.split('\n').slice(1, -2)) {
        expect(said).not.toContain(line);
        expect(said).not.toContain(Buffer.from(line).toString('base64').slice(4, -4));
      }
    });

    test('with the database away the handshake fails, and the client comes again', async () => {
      await host.database.kill();
      await waitUntil('it is noticed', async () => (await shown('unknown.example')) === 'none');
    });
  });
});
