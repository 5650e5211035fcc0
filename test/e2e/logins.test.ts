import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLastOfImap, startDialogue } from '../../src/demo/dialogue.ts';
import { waitUntil } from '../../src/demo/processes.ts';
import { untilDeaf } from '../support/daemon.ts';
import { canRunMailServers, type MailHost, openMailHost, PASSWORD } from '../support/mail-servers/host.ts';
import { emptyQueue, send, subjectsOf } from '../support/mail-servers/letters.ts';

const canRun = await canRunMailServers();

describe.skipIf(!canRun)(
  'logins through a real Dovecot',
  () => {
    let host: MailHost;

    beforeAll(async () => {
      host = await openMailHost(async ({ run, addUsers }) => {
        await run('domain add example.org');
        await addUsers('alice@example.org', 'bob@example.org', 'carol@example.org');
        await run('alias add sales@example.org alice@example.org');
      });
    }, 120_000);

    afterAll(() => host?.close());

    /** The last line that Dovecot says to a LOGIN. */
    async function logIn(user: string, password: string): Promise<string> {
      const imap = startDialogue({
        port: host.dovecot.imapPort,
        isLast: isLastOfImap,
        show: () => undefined,
      });
      try {
        await imap.greeting();
        return (await imap.say(`a1 LOGIN ${user} "${password}"`)).at(-1) ?? '';
      } finally {
        imap.close();
      }
    }

    const logins: Record<string, [user: string, password: string, answer: RegExp]> = {
      'the right password': ['alice@example.org', PASSWORD, /^a1 OK /],
      'a wrong password': ['alice@example.org', 'guess', /^a1 NO \[AUTHENTICATIONFAILED\]/],
      'an unknown user': ['nobody@example.org', PASSWORD, /^a1 NO \[AUTHENTICATIONFAILED\]/],
      'an alias is no login name': ['sales@example.org', PASSWORD, /^a1 NO \[AUTHENTICATIONFAILED\]/],
    };
    test.each(Object.entries(logins))('%s', async (_, [user, password, answer]) => {
      expect(await logIn(user, password)).toMatch(answer);
    });

    test('doveadm sees the mailbox of a user, and no user where there is none', async () => {
      expect(await host.doveadm('user', 'alice@example.org')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('uid\t5000'),
      });
      expect(await host.doveadm('user', 'nobody@example.org')).toMatchObject({ code: 67 });
    });

    test('a user may send as herself and as her alias, not as somebody else', async () => {
      const sendAs = (from: string) =>
        send(host, { as: 'alice@example.org', from, to: 'bob@example.org', subject: `from ${from}` });
      expect(await sendAs('alice@example.org')).toMatchObject({ code: 250 });
      expect(await sendAs('sales@example.org')).toMatchObject({ code: 250 });
      expect(await sendAs('bob@example.org')).toMatchObject({
        code: 553,
        said: expect.stringContaining('not owned by'),
      });
      await emptyQueue(host);
      // Two letters are delivered side by side: Postfix promises no order between them.
      expect((await subjectsOf(host, 'bob@example.org')).sort()).toEqual([
        'from alice@example.org',
        'from sales@example.org',
      ]);
    });

    test('nobody sends through the submission port without a login', async () => {
      const open = { ...host, postfix: { ...host.postfix, smtpPort: host.postfix.submissionPort } };
      const sent = await send(open, { from: 'bob@elsewhere.example', to: 'bob@example.org', subject: 'x' });
      expect(sent.code).toBe(554);
    });

    test('a changed password is live, and the old one is dead', async () => {
      const input = 'another battery\n';
      expect(await logIn('carol@example.org', PASSWORD)).toMatch(/^a1 OK /);
      await host.dovetail.command(['password', 'set', 'carol@example.org', '--password-stdin'], { input });
      const isLive = async () => (await logIn('carol@example.org', input.trim())).startsWith('a1 OK');
      await waitUntil('the new password is live', isLive);
      expect(await logIn('carol@example.org', PASSWORD)).toMatch(/AUTHENTICATIONFAILED/);
    });

    describe('what could not be found out is never a wrong password', () => {
      const temporary = /^a1 NO \[UNAVAILABLE\]/;

      test('while the daemon is away', async () => {
        await host.dovetail.stop();
        expect(await logIn('alice@example.org', PASSWORD)).toMatch(temporary);
        expect(await logIn('alice@example.org', 'guess')).toMatch(temporary);
        expect(await host.doveadm('user', 'alice@example.org')).toMatchObject({ code: 75 });
        await host.dovetail.start();
        expect(await logIn('alice@example.org', PASSWORD)).toMatch(/^a1 OK /);
      });

      test('while the database is away', async () => {
        await host.database.kill();
        await untilDeaf(host.dovetail.logFile);
        expect(await logIn('alice@example.org', 'guess')).toMatch(temporary);
        expect(await logIn('bob@example.org', PASSWORD)).toMatch(temporary);
        await host.database.start();
        await waitUntil('logins work again', async () =>
          (await logIn('bob@example.org', PASSWORD)).startsWith('a1 OK'),
        );
        expect(await logIn('alice@example.org', 'guess')).toMatch(/AUTHENTICATIONFAILED/);
      });
    });
  },
  120_000,
);
