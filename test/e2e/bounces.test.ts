/** Mail to many who do not exist, as real Postfixes log it: the password that sends it is suspended, it alone, and restored. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { silent } from '../../src/base/log.ts';
import { commands } from '../../src/cli/index.ts';
import { run } from '../../src/cli/run.ts';
import { type Dialogue, isLastOfSmtp, startDialogue } from '../../src/demo/dialogue.ts';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { accepts, freePorts, must, waitUntil } from '../../src/demo/processes.ts';
import { type RunningDaemon, runDaemon } from '../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.ts';
import { canRunDovecot, machines } from '../support/mail-servers/machines.ts';
import { openSink, type Sink } from '../support/mail-servers/sink.ts';
import { type Submission, startPostfixSubmission } from '../support/mail-servers/submission.ts';
import { giveSmtpPasswords } from '../support/passwords.ts';
import { createTestWorld } from '../unit/cli/world.ts';

const ALICE = 'alice@example.org';
/** Each from an address of its own: a process of Postfix that served both of them from one would not be certain. */
const FROM = { phone: '127.1.1.1', desk: '127.2.2.2' };
const SECRETS = { phone: 'phone secret', desk: 'desk secret' };
const versions = { 'Postfix 3.7': '2.3', 'Postfix 3.10': '2.4' } as const;

describe.each(Object.entries(versions))('%s', async (_name, version) => {
  const canRun = await canRunDovecot(version, []);
  describe.skipIf(!canRun)('logs that mail comes back', { timeout: 120_000 }, () => {
    let database: TestDatabase;
    let daemon: RunningDaemon;
    let sink: Sink;
    let postfix: Submission;
    let folder: string;

    const rows = (text: string, values: readonly unknown[] = []) =>
      withClient(database.url, async (client) => (await client.query(text, [...values])).rows);
    async function dovetail(line: string): Promise<string> {
      const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url }, stdin: '' });
      const code = await run(line.split(' '), world, commands, '0.0.0');
      expect({ line, code, stderr: words.stderr }).toEqual({ line, code: 0, stderr: '' });
      return words.stdout;
    }

    beforeAll(async () => {
      [database, sink] = await Promise.all([createTestDatabase(), openSink()]);
      await rows(`insert into unified.mail_domains (domain) values ('example.org')`);
      await rows('insert into unified.users (email) values ($1)', [ALICE]);
      await giveSmtpPasswords(database.url, ALICE, SECRETS);
      await dovetail(`limit add bounces 1h 5 --by credential --suspend --user ${ALICE}`);
      folder = makeScratchFolder(machines[version].root);
      let isFollowed = false;
      const info = (event: string) => {
        isFollowed ||= event === 'mail_log.followed';
      };
      daemon = await runDaemon(database.url, {
        log: { ...silent, info },
        runDir: folder,
        socketMode: 0o666,
        mailLog: join(folder, 'p/postfix.log'),
        policyRules: [{ name: 'sender-status' }, { name: 'sudden-spread', mode: 'enforce' }],
      });
      postfix = await startPostfixSubmission({
        folder,
        machine: machines[version],
        authSocket: join(folder, 'auth.sock'),
        relayhost: `[127.0.0.1]:${sink.port}`,
        settings: {
          smtpd_recipient_restrictions: `check_policy_service unix:${join(folder, 'policy.sock')}`,
        },
      });
      // Else it might be rotated before it was ever seen.
      await waitUntil('the log is followed', () => isFollowed);
    }, 120_000);

    afterAll(async () => {
      await postfix?.stop();
      await daemon?.close();
      await sink?.close();
      await database?.close();
      if (folder) removeScratchFolder(folder);
    });

    async function logIn(label: keyof typeof SECRETS) {
      const smtp = startDialogue({
        port: postfix.port,
        from: FROM[label],
        isLast: isLastOfSmtp,
        show: () => undefined,
      });
      onTestFinished(() => smtp.close());
      await smtp.greeting();
      await smtp.say('EHLO client.example');
      const initial = Buffer.from(`\0${ALICE}\0${SECRETS[label]}`).toString('base64');
      return { said: (await smtp.say(`AUTH PLAIN ${initial}`)).at(-1) ?? '', say: smtp.say };
    }
    /** One message; what is said of it. */
    async function send(say: Dialogue['say'], to: readonly string[]): Promise<string> {
      await say(`MAIL FROM:<${ALICE}>`);
      for (const one of to) {
        const answer = (await say(`RCPT TO:<${one}@elsewhere.example>`)).at(-1) ?? '';
        if (!answer.startsWith('250 ')) {
          await say('RSET');
          return answer;
        }
      }
      await say('DATA');
      return (await say('Subject: hello\r\n\r\nHello.\r\n.')).at(-1) ?? '';
    }
    const refused = (from: number, many: number) =>
      Array.from({ length: many }, (_, n) => `refused-${from + n}`);
    const suspended = () =>
      rows(
        'select label, suspended_because as why from unified.user_passwords where suspended_at is not null',
      );
    /** How often Postfix has written that somebody does not exist. */
    const bounced = () => postfix.log().match(/status=bounced/gu)?.length ?? 0;

    test('too much of it with one password: that one is suspended, and a command restores it', async () => {
      const phone = await logIn('phone');
      const desk = await logIn('desk');
      expect(await send(phone.say, ['zoe', 'yan', ...refused(0, 5)])).toMatch(/^250 /u);
      expect(await send(desk.say, ['zoe', ...refused(100, 3)])).toMatch(/^250 /u);
      await waitUntil('all of it came back', () => bounced() === 8);
      // Twice the same is one who does not exist.
      expect(await send(phone.say, ['refused-1', 'refused-2'])).toMatch(/^250 /u);
      await waitUntil('it came back', () => bounced() === 10);
      expect(await suspended()).toEqual([]);
      // A log that is rotated is followed.
      const etc = ['-c', join(folder, 'p/etc')];
      await must('postfix', [...etc, 'logrotate'], { root: machines[version].root });
      expect(await send(phone.say, refused(5, 1))).toMatch(/^250 /u);
      await waitUntil('the password is suspended', async () => (await suspended()).length > 0);
      const why = '6 bounces in 60 minutes, of 5: 60 % of all recipients';
      expect(await suspended()).toEqual([{ label: 'phone', why }]);
      await waitUntil('the phone is cut off', async () => (await logIn('phone')).said.startsWith('535 '));
      expect(await send(phone.say, ['zoe'])).toMatch(/^450 4\.7\.1 .*This password is suspended/u);
      // Nobody else notices.
      expect(await send(desk.say, ['zoe'])).toMatch(/^250 /u);
      expect((await logIn('desk')).said).toMatch(/^235 /u);
      const events = await rows(
        `select event_data from unified.mailbox_events where event_type = 'password_suspended'`,
      );
      expect(events).toMatchObject([{ event_data: { label: 'phone', because: why } }]);

      await dovetail(`password restore ${ALICE} --label phone`);
      await waitUntil('the phone is let in', async () => (await logIn('phone')).said.startsWith('235 '));
      const again = await logIn('phone');
      const before = bounced();
      expect(await send(again.say, refused(200, 5))).toMatch(/^250 /u);
      await waitUntil('all of it came back', () => bounced() === before + 5);
      expect(await suspended()).toEqual([]);
      expect(await send(again.say, refused(300, 1))).toMatch(/^250 /u);
      await waitUntil('the password is suspended again', async () => (await suspended()).length > 0);
    });

    test('through a content filter: it is counted where it comes back, and once', async () => {
      const { root } = machines[version];
      const [port] = (await freePorts(1)) as [number];
      const postconf = (...words: string[]) =>
        must('postconf', ['-c', join(folder, 'p/etc'), ...words], { root });
      // One that hands back everything at once.
      const back = `127.0.0.1:${port}`;
      const trusted =
        '-o smtpd_authorized_xforward_hosts=127.0.0.0/8 -o smtpd_relay_restrictions=permit_mynetworks,reject';
      const own = '-o content_filter= -o smtpd_recipient_restrictions=';
      await postconf('-Me', `${back}/inet=${back} inet n - n - - smtpd ${own} ${trusted}`);
      await postconf('-Me', 'filter/unix=filter unix - - n - - smtp -o smtp_send_xforward_command=yes');
      await postconf('-e', `content_filter=filter:[127.0.0.1]:${port}`);
      await must('postfix', ['-c', join(folder, 'p/etc'), 'reload'], { root });
      await waitUntil('the way back is open', () => accepts(port));
      const desk = await logIn('desk');
      // Until now 3 of 5 came back.
      expect(await send(desk.say, refused(400, 3))).toMatch(/^250 /u);
      await waitUntil('the password is suspended', async () => (await suspended()).length > 1);
      expect(await suspended()).toContainEqual({
        label: 'desk',
        why: '6 bounces in 60 minutes, of 5: 75 % of all recipients',
      });
    });
  });
});
