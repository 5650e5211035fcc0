/** Mail that leaves through a relay host: with a password, encrypted as the map says, and by a route from a tcp
 * table. The relay is a Postfix of its own, which asks dovetail's auth.sock who logs in. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { freePorts, waitUntil } from '../../src/demo/processes.ts';
import { makeCertificate } from '../support/certificates.ts';
import { untilDeaf } from '../support/daemon.ts';
import { canRunMailServers, type MailHost, openMailHost, PASSWORD } from '../support/mail-servers/host.ts';
import { type Letter, send } from '../support/mail-servers/letters.ts';
import { machines } from '../support/mail-servers/machines.ts';
import { openSink, type Sink, type SunkMail } from '../support/mail-servers/sink.ts';
import { startPostfixSubmission } from '../support/mail-servers/submission.ts';

/** Postfix logs in with Cyrus SASL, of which Debian packs the mechanisms apart. */
function canLogIn(root = ''): boolean {
  const module = join(root, '/usr/lib/x86_64-linux-gnu/sasl2/libplain.so');
  if (existsSync(module)) return true;
  const why = `the tests of relay hosts need ${module} (Debian: apt install libsasl2-modules)`;
  if (process.env.CI) throw new Error(why);
  console.warn(`\n*** SKIPPED: ${why} ***\n`);
  return false;
}

describe.each([
  ['3.7', '2.3'],
  ['3.10', '2.4'],
] as const)('Postfix %s', async (_, dovecot) => {
  const machine = machines[dovecot];
  const canRun = (await canRunMailServers(dovecot)) && canLogIn(machine.root);
  describe.skipIf(!canRun)('that sends through a relay host', () => {
    let host: MailHost;
    let relay: Awaited<ReturnType<typeof startPostfixSubmission>>;
    let folder: string;
    let otherWay: Sink;
    let there: string;

    beforeAll(async () => {
      folder = makeScratchFolder(machine.root);
      await makeCertificate(folder, 'relay', 'relay.example');
      otherWay = await openSink();
      const [port] = (await freePorts(1)) as [number];
      const prepare = async ({ run, addUsers }: Pick<MailHost, 'run' | 'addUsers'>) => {
        await run('domain add example.org');
        await addUsers('alice@example.org', 'bob@example.org');
        await run('alias add forward@example.org far@away.example');
        await run('alias add routed@example.org far@route.example');
        await run(`map add transport_maps route.example smtp:[127.0.0.1]:${otherWay.port}`);
      };
      host = await openMailHost(prepare, dovecot, {
        maps: ['relayhost', 'tls'],
        env: { DOVETAIL_TCP_TABLES: `transport_maps=127.0.0.1:${port}` },
        postfixSettings: {
          transport_maps: `tcp:127.0.0.1:${port}`,
          smtp_sasl_mechanism_filter: 'plain',
          smtp_sasl_auth_soft_bounce: 'yes',
        },
      });
      mkdirSync(join(folder, 'relay'));
      relay = await startPostfixSubmission({
        folder: join(folder, 'relay'),
        machine,
        authSocket: join(host.dovetail.runDir, 'auth.sock'),
        relayhost: `[127.0.0.1]:${host.sink.port}`,
        settings: {
          smtpd_sasl_auth_enable: 'yes',
          smtpd_sasl_authenticated_header: 'yes',
          smtpd_tls_received_header: 'yes',
          smtpd_tls_security_level: 'may',
          smtpd_tls_chain_files: `${folder}/relay.key, ${folder}/relay.pem`,
        },
      });
      there = `[127.0.0.1]:${relay.smtpPort}`;
      for (const sender of ['@branch.example', 'bob@example.org'])
        await host.run(`map add sender_dependent_relayhost_maps ${sender} ${there}`);
      await password(there, `alice@example.org:${PASSWORD}`);
      await password('bob@example.org', `bob@example.org:${PASSWORD}`);
    }, 120_000);
    afterAll(async () => {
      await relay?.stop();
      await host?.close();
      await otherWay?.close();
      removeScratchFolder(folder);
    });

    async function password(key: string, value: string, verb = 'add'): Promise<void> {
      const words = ['map', verb, 'smtp_sasl_password_maps', key, '--value-stdin'];
      await host.dovetail.command(words, { input: value });
    }
    const sunk = (subject: string, { mails }: Sink = host.sink) =>
      mails.filter(({ text }) => text.includes(`Subject: ${subject}\n`));
    async function passOn(letter: Letter, to = host.sink): Promise<SunkMail> {
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      return arrival(letter.subject, to);
    }
    async function arrival(subject: string, to = host.sink): Promise<SunkMail> {
      await waitUntil(`"${subject}" arrives`, () => sunk(subject, to).length > 0);
      return sunk(subject, to)[0] as SunkMail;
    }
    const branch = { from: 'x@branch.example', to: 'forward@example.org' };
    const waits = (why: RegExp) =>
      waitUntil(`mail waits: ${why}`, async () =>
        (await host.postfix.queued()).some((line) => why.test(line)),
      );

    test('logs in with the password of the relay host', async () => {
      const { text } = await passOn({ ...branch, subject: 'by host' });
      expect(text).toContain('(Authenticated sender: alice@example.org)');
    });

    test('a password of the sender goes before that of the host', async () => {
      const letter = { from: 'bob@example.org', as: 'bob@example.org', to: 'far@away.example' };
      const { text } = await passOn({ ...letter, subject: 'by sender' });
      expect(text).toContain('(Authenticated sender: bob@example.org)');
    });

    test('with a wrong password mail waits, and goes when it is mended', async () => {
      await password(there, 'alice@example.org:guess', 'set');
      expect(await send(host, { ...branch, subject: 'wrong' })).toMatchObject({ code: 250 });
      await waits(/SASL authentication failed/u);
      expect(sunk('wrong')).toEqual([]);
      await password(there, `alice@example.org:${PASSWORD}`, 'set');
      await host.postfix.flush();
      expect((await arrival('wrong')).text).toContain('(Authenticated sender: alice@example.org)');
      expect(host.postfix.log()).not.toContain(PASSWORD);
    });

    test('the connection is encrypted where the map says so, from the change on', async () => {
      expect((await passOn({ ...branch, subject: 'in clear' })).text).not.toContain('(using TLS');
      await host.run(`map add smtp_tls_policy_maps ${there} encrypt`);
      expect((await passOn({ ...branch, subject: 'encrypted' })).text).toContain('(using TLS');
    });

    test('where encryption is demanded and not to be had mail waits', async () => {
      const outside = `[127.0.0.1]:${host.sink.port}`;
      await host.run(`map add smtp_tls_policy_maps ${outside} encrypt`);
      expect(await send(host, { to: 'forward@example.org', subject: 'demanded' })).toMatchObject({
        code: 250,
      });
      await waits(/TLS is required/u);
      expect(sunk('demanded')).toEqual([]);
      await host.run(`map remove smtp_tls_policy_maps ${outside}`);
      await host.postfix.flush();
      await arrival('demanded');
    });

    test('a certificate that cannot be verified is not taken where the map wants it verified', async () => {
      await host.dovetail.command([
        'map',
        'set',
        'smtp_tls_policy_maps',
        there,
        'secure match=relay.example',
      ]);
      expect(await send(host, { ...branch, subject: 'verified' })).toMatchObject({ code: 250 });
      await waits(/not verified|not trusted/u);
      await host.run(`map set smtp_tls_policy_maps ${there} encrypt`);
      await host.postfix.flush();
      await arrival('verified');
    });

    test('a running Postfix takes the route from a tcp table, and others the usual one', async () => {
      await passOn({ to: 'routed@example.org', subject: 'routed' }, otherWay);
      await passOn({ to: 'forward@example.org', subject: 'unrouted' });
      expect([sunk('routed'), sunk('unrouted', otherWay)]).toEqual([[], []]);
    });

    test('an entry of a tcp table is followed from its change on', async () => {
      await host.run(`map set transport_maps route.example smtp:[127.0.0.1]:${host.sink.port}`);
      await passOn({ to: 'routed@example.org', subject: 'changed' });
    });

    test('with the database away mail waits', async () => {
      await host.database.kill();
      await untilDeaf(host.dovetail.logFile);
      const { code } = await send(host, {
        from: 'a@new.example',
        to: 'routed@example.org',
        subject: 'later',
      });
      expect(Math.floor(code / 100)).toBe(4);
    });
  });
});
