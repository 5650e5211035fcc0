/** A stolen password, step by step, as real Postfixes see it: the thief is cut off, and nobody else. And one that is
 * changed or removed while a session is open. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Dialogue, isLastOfSmtp, startDialogue } from '../../src/demo/dialogue.ts';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { waitUntil } from '../../src/demo/processes.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { machines } from '../support/mail-servers/machines.ts';
import { type Submission, startPostfixSubmission } from '../support/mail-servers/submission.ts';

const ALICE = 'alice@example.org';
const versions = { 'Postfix 3.7': '2.3', 'Postfix 3.10': '2.4' } as const;

describe.each(Object.entries(versions))('%s', async (_name, version) => {
  const canRun = await canRunMailServers(version);
  describe.skipIf(!canRun)('and a stolen password', { timeout: 120_000 }, () => {
    let host: MailHost;
    /** Beside the one whose logins Dovecot verifies: dovetail verifies this one's, at auth.sock. */
    let submission: Submission;
    let folder: string;
    const passwords: Record<string, string> = {};

    beforeAll(async () => {
      host = await openMailHost(
        async ({ run, addUsers }) => {
          await run('domain add example.org');
          await addUsers(ALICE);
        },
        version,
        { env: { DOVETAIL_POLICY_RULES: 'sender-status, sudden-spread=enforce, rate-limits' } },
      );
      for (const label of ['phone', 'desk', 'tablet', 'scanner']) {
        const words = ['password', 'add', ALICE, '--service', 'smtp', '--label', label, '--generate'];
        passwords[label] = (await host.dovetail.command(words)).trim();
      }
      await host.run(`limit add new_networks 1h 3 --by credential --suspend --user ${ALICE}`);
      await host.run(`limit add new_recipients 1h 5 --by credential --suspend --user ${ALICE}`);
      folder = makeScratchFolder(machines[version].root);
      submission = await startPostfixSubmission({
        folder,
        machine: machines[version],
        authSocket: join(host.dovetail.runDir, 'auth.sock'),
        relayhost: `[127.0.0.1]:${host.sink.port}`,
        settings: {
          smtpd_recipient_restrictions: `check_policy_service unix:${join(host.dovetail.runDir, 'policy.sock')}`,
        },
      });
    }, 180_000);

    afterAll(async () => {
      await submission?.stop();
      await host?.close();
      if (folder) removeScratchFolder(folder);
    });

    /** What the server says to the login, and a way to go on. */
    async function logIn(label: string, from: string, port: number) {
      const smtp = startDialogue({ port, from, isLast: isLastOfSmtp, show: () => undefined });
      onTestFinished(() => smtp.close());
      await smtp.greeting();
      await smtp.say('EHLO client.example');
      const initial = Buffer.from(`\0${ALICE}\0${passwords[label]}`).toString('base64');
      return { said: (await smtp.say(`AUTH PLAIN ${initial}`)).at(-1) ?? '', say: smtp.say };
    }
    async function send(say: Dialogue['say'], to: string): Promise<string> {
      await say(`MAIL FROM:<${ALICE}>`);
      const answer = (await say(`RCPT TO:<${to}@elsewhere.example>`)).at(-1) ?? '';
      await say('RSET');
      return answer;
    }
    const isCut = (label: string, from: string, port: number) =>
      waitUntil(`${label} is cut off`, async () => (await logIn(label, from, port)).said.startsWith('535 '));
    const passwordNamed = async (label: string) => {
      const all = JSON.parse(await host.dovetail.command(['password', 'list', ALICE, '--json']));
      return all.find((one: { label: string }) => one.label === label);
    };

    const OK = expect.stringMatching(/^250 /u);
    const IN = expect.stringMatching(/^235 /u);

    test('used from many networks: it is suspended, it alone, and a command restores it', async () => {
      const { port } = submission;
      // Alice at her desk, as ever.
      const desk = await logIn('desk', '127.0.0.1', port);
      expect(desk.said).toEqual(IN);
      expect(await send(desk.say, 'zoe')).toEqual(OK);
      // The thief has the password of her phone, and hosts all over the world.
      const thief = await Promise.all(
        ['127.1.1.1', '127.1.2.1', '127.1.3.1', '127.1.4.1'].map((from) => logIn('phone', from, port)),
      );
      const answers: string[] = [];
      for (const { said, say } of thief) {
        expect(said).toEqual(IN);
        answers.push(await send(say, 'zoe'));
      }
      const why = '4 new networks in 60 minutes, of 3';
      const words = new RegExp(`^450 4\\.7\\.1 .*This password is suspended: ${why}$`, 'u');
      expect(answers).toEqual([OK, OK, OK, expect.stringMatching(words)]);
      await isCut('phone', '127.1.5.1', port);
      // He is still logged in, and sends nothing.
      for (const { say } of thief) expect(await send(say, 'zoe')).toMatch(/^450 /u);
      // Alice notices nothing, and logs in again as well.
      expect(await send(desk.say, 'yan')).toEqual(OK);
      expect((await logIn('desk', '127.0.0.1', port)).said).toEqual(IN);
      // The administrator is told, and restores it: it was no thief after all.
      expect(await passwordNamed('phone')).toMatchObject({ suspended_because: why });
      await host.run(`password restore ${ALICE} --label phone`);
      await waitUntil('the phone is let in', async () =>
        (await logIn('phone', '127.1.1.1', port)).said.startsWith('235 '),
      );
      const phone = await logIn('phone', '127.1.1.1', port);
      for (const to of ['a', 'b', 'c']) expect(await send(phone.say, to)).toEqual(OK);
      expect(await passwordNamed('phone')).toMatchObject({ suspended_at: null });
    });

    test('sent to many new people, where Dovecot verifies logins: the same', async () => {
      const port = host.postfix.submissionPort;
      const desk = await logIn('desk', '127.0.0.1', port);
      const thief = await logIn('tablet', '127.2.1.1', port);
      const answers: string[] = [];
      for (let n = 0; n < 6; n += 1) answers.push(await send(thief.say, `victim${n}`));
      const words = /^450 4\.7\.1 .*This password is suspended: 6 new recipients in 60 minutes, of 5$/u;
      expect(answers).toEqual([...Array(5).fill(OK), expect.stringMatching(words)]);
      await isCut('tablet', '127.2.1.1', port);
      expect(await send(thief.say, 'victim0')).toMatch(/^450 /u);
      expect(await send(desk.say, 'zoe')).toEqual(OK);
    });

    test('changed, or removed, while a session is open: its mail waits, and who logs in anew sends', async () => {
      const { port } = submission;
      const desk = await logIn('desk', '127.0.0.1', port);
      const open = await logIn('scanner', '127.0.0.1', port);
      expect(open.said).toEqual(IN);
      expect(await send(open.say, 'zoe')).toEqual(OK);
      const waits = (say: Dialogue['say']) =>
        waitUntil('mail of the open session waits', async () =>
          /^450 4\.7\.1 .*Your password was changed or removed; log in again$/u.test(await send(say, 'zoe')),
        );
      const which = ['password', 'set', ALICE, '--service', 'smtp', '--label', 'scanner'];
      passwords.scanner = (await host.dovetail.command([...which, '--generate'])).trim();
      await waits(open.say);
      expect(await send(desk.say, 'zoe')).toEqual(OK);
      const anew = await logIn('scanner', '127.0.0.1', port);
      expect(anew.said).toEqual(IN);
      expect(await send(anew.say, 'zoe')).toEqual(OK);
      await host.run(`password remove ${ALICE} --service smtp --label scanner`);
      await waits(anew.say);
      expect(await send(desk.say, 'zoe')).toEqual(OK);
    });
  });
});
