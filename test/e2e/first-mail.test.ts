import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { emptyQueue, send, subjectsOf } from '../support/mail-servers/letters.ts';

describe.each(['2.3', '2.4'] as const)(
  'mail through a real Postfix and a real Dovecot %s',
  async (version) => {
    const canRun = await canRunMailServers(version);
    describe.skipIf(!canRun)('on generated configuration', () => {
      let host: MailHost;

      beforeAll(async () => {
        host = await openMailHost(async ({ run, addUsers }) => {
          await run('domain add example.org');
          await run('domain add plain.example');
          await run('domain add old.example --alias-of example.org');
          await addUsers('alice@example.org', 'bob@example.org', 'carol@example.org', 'dave@plain.example');
          await run('alias add sales@example.org alice@example.org');
          await run('alias add team@example.org alice@example.org bob@example.org friend@outside.example');
          await run('alias add carol@example.org carol@example.org carol@outside.example');
          await run('alias add @example.org bob@example.org');
        }, version);
      }, 120_000);

      afterAll(() => host?.close());

      /** Sends, waits, and tells who of the users has it, and who outside. */
      async function whoGets(to: string, subject: string): Promise<string[]> {
        expect(await send(host, { to, subject })).toMatchObject({ code: 250 });
        await emptyQueue(host);
        const users = ['alice@example.org', 'bob@example.org', 'carol@example.org', 'dave@plain.example'];
        const found = await Promise.all(
          users.map(async (user) => ((await subjectsOf(host, user)).includes(subject) ? [user] : [])),
        );
        const outside = host.sink.mails.filter(({ text }) => text.includes(`Subject: ${subject}\n`));
        return [...found.flat(), ...outside.flatMap((mail) => mail.to)].sort();
      }

      const deliveries: Record<string, [to: string, recipients: string[]]> = {
        'a mailbox': ['alice@example.org', ['alice@example.org']],
        'an alias': ['sales@example.org', ['alice@example.org']],
        'an address in other letters': ['Sales@EXAMPLE.org', ['alice@example.org']],
        'a group with an external member': [
          'team@example.org',
          ['alice@example.org', 'bob@example.org', 'friend@outside.example'],
        ],
        'a mailbox that forwards and keeps a copy': [
          'carol@example.org',
          ['carol@example.org', 'carol@outside.example'],
        ],
        'an alias domain, to a mailbox': ['alice@old.example', ['alice@example.org']],
        'an alias domain, to an alias': ['sales@old.example', ['alice@example.org']],
        'an +extension of a mailbox': ['alice+lists@example.org', ['alice@example.org']],
        'an +extension of an alias': ['sales+march@example.org', ['alice@example.org']],
        'a catch-all': ['whoever@example.org', ['bob@example.org']],
        'a catch-all through an alias domain': ['whoever@old.example', ['bob@example.org']],
      };
      test.each(Object.entries(deliveries))('%s', async (subject, [to, recipients]) => {
        expect(await whoGets(to, subject)).toEqual(recipients);
      });

      const refusals: Record<string, [to: string, code: number, words: RegExp]> = {
        'an unknown recipient is refused at RCPT TO': ['nobody@plain.example', 550, /User unknown/],
        'a domain of others is not relayed to': ['someone@outside.example', 554, /Relay access denied/],
      };
      test.each(Object.entries(refusals))('%s', async (subject, [to, code, words]) => {
        const sent = await send(host, { to, subject });
        expect(sent).toMatchObject({ code, said: expect.stringMatching(words) });
      });

      test('an account that is closed gets no mail, not even through the catch-all', async () => {
        await host.addUsers('eve@example.org');
        await host.run('user set eve@example.org --disable');
        await waitUntil('the change is live', async () => {
          const sent = await send(host, { to: 'eve@example.org', subject: 'closed' });
          return sent.code === 550;
        });
        expect(await subjectsOf(host, 'bob@example.org')).not.toContain('closed');
      });
    });
  },
);
