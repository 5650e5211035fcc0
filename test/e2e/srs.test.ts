/** Senders of forwarded mail are rewritten, and their bounces come back: with real Postfixes. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { untilDeaf } from '../support/daemon.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { emptyQueue, type Letter, send, subjectsOf } from '../support/mail-servers/letters.ts';
import type { SunkMail } from '../support/mail-servers/sink.ts';

const ANN = 'Ann@sender.example';

describe.each([
  ['3.7', '2.3'],
  ['3.10', '2.4'],
] as const)('Postfix %s', async (_, dovecot) => {
  const canRun = await canRunMailServers(dovecot);
  describe.skipIf(!canRun)('that forwards mail', () => {
    let host: MailHost;

    beforeAll(async () => {
      const prepare = async ({ run, addUsers }: Pick<MailHost, 'run' | 'addUsers'>) => {
        await run('srs rotate');
        await run('domain add example.org');
        await run('domain add lists.example --type relay --transport smtp:[127.0.0.1]:9');
        await addUsers('alice@example.org', 'bob@example.org');
        await run('alias add forward@example.org far@away.example');
        await run('alias add both@example.org alice@example.org far@away.example other@third.example');
        await run('alias add closed@example.org refused@away.example');
        await run('alias add @example.org bob@example.org');
      };
      const env = { DOVETAIL_SRS_DOMAIN: 'example.org' };
      host = await openMailHost(prepare, dovecot, { maps: ['srs', 'canonical'], env });
    }, 120_000);
    afterAll(() => host?.close());

    const sunk = (subject: string) =>
      host.sink.mails.filter(({ text }) => text.includes(`Subject: ${subject}\n`));
    async function deliver(letter: Letter): Promise<void> {
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      await emptyQueue(host);
    }
    /** Sends it, and gives what arrived outside. */
    async function passOn(letter: Letter): Promise<SunkMail> {
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      await waitUntil(`"${letter.subject}" arrives`, () => sunk(letter.subject).length > 0);
      return sunk(letter.subject)[0] as SunkMail;
    }
    const forwarded = async (subject: string): Promise<string> =>
      (await passOn({ from: ANN, to: 'forward@example.org', subject })).from;

    test('an outside sender becomes an address of ours, in the envelope alone', async () => {
      expect(await forwarded('onward')).toMatch(
        /^SRS0=[^=]{4}=[A-Z2-7]{2}=sender\.example=Ann@example\.org$/u,
      );
      const [mail] = sunk('onward');
      expect(mail?.to).toEqual(['far@away.example']);
      expect(mail?.text).toContain(`From: ${ANN}\n`);
    });

    test('a bounce to it goes back to the sender', async () => {
      const back = await forwarded('returns');
      const bounce = await passOn({ from: '', to: back, subject: 'bounced' });
      expect(bounce).toMatchObject({ from: '', to: [ANN] });
    });

    test('where the other host refuses it, our own bounce goes back to the sender', async () => {
      const letter = { from: ANN, to: 'closed@example.org', subject: 'refused' };
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      const bounce = () => host.sink.mails.find(({ text }) => text.includes('550 5.1.1 no such user'));
      await waitUntil('the bounce arrives', () => bounce() !== undefined);
      expect(bounce()).toMatchObject({ from: '', to: [ANN] });
    });

    test('a forged one is refused, and does not fall to the catch-all', async () => {
      const back = await forwarded('forged');
      const forged = back.replace('=Ann@', '=Eve@');
      expect(await send(host, { from: '', to: forged, subject: 'forgery' })).toMatchObject({ code: 550 });
      await deliver({ to: 'whoever@example.org', subject: 'caught' });
      await waitUntil('the catch-all has its mail', async () => {
        return (await subjectsOf(host, 'bob@example.org')).length > 0;
      });
      expect(await subjectsOf(host, 'bob@example.org')).toEqual(['caught']);
    });

    test('mail for a mailbox here keeps its sender, also where a group leads elsewhere too', async () => {
      await deliver({ from: ANN, to: 'both@example.org', subject: 'group' });
      await waitUntil('both arrive outside', () => sunk('group').flatMap(({ to }) => to).length === 2);
      await waitUntil('it is delivered here', async () => {
        return (await subjectsOf(host, 'alice@example.org')).includes('group');
      });
      expect(sunk('group').map(({ from }) => from)).toEqual(
        sunk('group').map(() => expect.stringMatching(/^SRS0=.*=sender\.example=Ann@example\.org$/u)),
      );
      expect(
        sunk('group')
          .flatMap(({ to }) => to)
          .sort(),
      ).toEqual(['far@away.example', 'other@third.example']);
      const path = await host.doveadm(
        'fetch',
        '-u',
        'alice@example.org',
        'hdr.return-path',
        'subject',
        'group',
      );
      expect(path.stdout).toContain(`<${ANN}>`);
    });

    test('our own senders stay as they are: users, lists, this host', async () => {
      for (const from of ['alice@example.org', 'news-bounces@lists.example', 'root@mail.example.org']) {
        const letter = { from, to: 'forward@example.org', subject: `from ${from}` };
        expect(await passOn(letter)).toMatchObject({ from });
      }
    });

    test('a bounce that is forwarded stays a bounce', async () => {
      expect(await passOn({ from: '', to: 'forward@example.org', subject: 'null' })).toMatchObject({
        from: '',
      });
    });

    test('a sender that another host rewrote leads back to that host', async () => {
      const from = 'SRS0=ABCD=EF=sender.example=ann@relay.example';
      const { from: again } = await passOn({ from, to: 'forward@example.org', subject: 'twice' });
      expect(again).toMatch(/^SRS1=[^=]{4}=relay\.example==ABCD=EF=sender\.example=ann@example\.org$/u);
      expect(await passOn({ from: '', to: again, subject: 'twice back' })).toMatchObject({ to: [from] });
    });

    test('what was signed before a rotation is accepted after it', async () => {
      const back = await forwarded('before');
      await host.run('srs rotate');
      expect(await passOn({ from: '', to: back, subject: 'after' })).toMatchObject({ to: [ANN] });
    });

    test('with the database away mail waits', async () => {
      const back = await forwarded('last');
      await host.database.kill();
      await untilDeaf(host.dovetail.logFile);
      for (const to of [back.replace('=Ann@', '=Eve@'), 'forward@example.org']) {
        const { code } = await send(host, { from: 'new@stranger.example', to, subject: 'later' });
        expect({ to, kind: Math.floor(code / 100) }).toEqual({ to, kind: 4 });
      }
      expect(sunk('later')).toEqual([]);
    });
  });
});
