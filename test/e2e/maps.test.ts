/** The maps beyond mailboxes and aliases, as real Postfixes ask for them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { untilDeaf } from '../support/daemon.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { emptyQueue, send, subjectsOf } from '../support/mail-servers/letters.ts';

const maps = ['relay', 'bcc', 'canonical', 'relayhost', 'relocated'];

describe.each([
  ['3.7', '2.3'],
  ['3.10', '2.4'],
] as const)('Postfix %s', async (_, dovecot) => {
  const canRun = await canRunMailServers(dovecot);
  describe.skipIf(!canRun)('with more maps than it needs', () => {
    let host: MailHost;

    beforeAll(async () => {
      const prepare = async ({ run, addUsers }: Pick<MailHost, 'run' | 'addUsers'>) => {
        await run('domain add example.org');
        await addUsers('alice@example.org', 'bob@example.org', 'archive@example.org');
        await run('map add sender_bcc_maps @watched.example archive@example.org');
        await run('map add recipient_bcc_maps bob@example.org archive@example.org');
        await run('domain add former.example');
        await run('map add canonical_maps @former.example @example.org');
        await run('map add recipient_canonical_maps old@example.org alice@example.org');
        await run('map add sender_canonical_maps inside@lan.example alice@example.org');
        await run('map add relocated_maps moved@example.org alice@elsewhere.example');
        await run('map add check_sender_access spammers.example REJECT');
        await run('map add check_client_access 127.0.0.0/30 DUNNO');
      };
      const access = (form: string) => `check_${form}_access \${dovetail}:check_${form}_access`;
      const smtpd_sender_restrictions = ['client', 'helo', 'sender', 'recipient'].map(access).join(', ');
      const postfixSettings = { smtpd_sender_restrictions };
      host = await openMailHost(prepare, dovecot, { maps, postfixSettings });
      const here = `smtp:[127.0.0.1]:${host.sink.port}`;
      await host.run(`domain add relay.example --type relay --transport ${here}`);
      await host.run(`domain add open.example --type backup --transport ${here}`);
      await host.run(`map add sender_dependent_relayhost_maps @branch.example [127.0.0.1]:${host.sink.port}`);
      await host.run(`map add transport_maps .far.example ${here}`);
      await host.run('domain add deep.far.example --type backup');
      await host.run('map add relay_recipient_maps known@relay.example OK');
    }, 120_000);
    afterAll(() => host?.close());

    const sunk = (subject: string) =>
      host.sink.mails.filter(({ text }) => text.includes(`Subject: ${subject}\n`));
    async function deliver(letter: Parameters<typeof send>[1]): Promise<void> {
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      await emptyQueue(host);
    }

    test('mail for a known recipient of a relay domain is passed on', async () => {
      await deliver({ to: 'known+x@relay.example', subject: 'relayed' });
      expect(sunk('relayed').map(({ to }) => to)).toEqual([['known+x@relay.example']]);
    });

    test('an unknown one is refused at once', async () => {
      const sent = await send(host, { to: 'ghost@relay.example', subject: 'unknown' });
      expect(sent).toMatchObject({ code: 550 });
    });

    test('a relay domain without users takes everybody', async () => {
      await deliver({ to: 'whoever@open.example', subject: 'open' });
      expect(sunk('open')).toHaveLength(1);
    });

    test('a transport for all below a domain', async () => {
      await deliver({ to: 'x@deep.far.example', subject: 'below' });
      expect(sunk('below')).toHaveLength(1);
    });

    test('no other domain is relayed', async () => {
      expect(await send(host, { to: 'x@sub.relay.example', subject: 'no' })).toMatchObject({ code: 554 });
    });

    test('copies by sender and by recipient', async () => {
      await deliver({ from: 'x@watched.example', to: 'alice@example.org', subject: 'watched' });
      await deliver({ to: 'bob@example.org', subject: 'for bob' });
      expect(await subjectsOf(host, 'archive@example.org')).toEqual(['watched', 'for bob']);
    });

    test('a recipient is rewritten, and so is a sender', async () => {
      await deliver({ to: 'old@example.org', subject: 'rewritten' });
      expect(await subjectsOf(host, 'alice@example.org')).toContain('rewritten');
      await deliver({ from: 'inside@lan.example', to: 'known@relay.example', subject: 'from inside' });
      expect(sunk('from inside').map(({ from }) => from)).toEqual(['alice@example.org']);
    });

    test('a whole domain is rewritten, and who is not there is refused at once, not bounced', async () => {
      await deliver({ to: 'bob@former.example', subject: 'former' });
      expect(await subjectsOf(host, 'bob@example.org')).toContain('former');
      const sent = await send(host, { to: 'nobody@former.example', subject: 'backscatter' });
      expect(sent).toMatchObject({ code: 550, said: expect.stringMatching(/User unknown/) });
    });

    test('who has moved is told', async () => {
      const sent = await send(host, { to: 'moved@example.org', subject: 'moved' });
      expect(sent.said).toMatch(/5\.1\.6 .*alice@elsewhere\.example/u);
    });

    test('a sender of a parent domain is refused', async () => {
      const letter = { from: 'x@mail.spammers.example', to: 'alice@example.org', subject: 'spam' };
      expect(await send(host, letter)).toMatchObject({ code: 554 });
    });

    test('a HELO name and a recipient are refused while they have an entry', async () => {
      const letter = { to: 'alice@example.org', subject: 'access' };
      const codeIs = (code: number) => async () => (await send(host, letter)).code === code;
      for (const entry of [
        'check_helo_access elsewhere.example',
        'check_recipient_access alice@example.org',
      ]) {
        await host.run(`map add ${entry} REJECT`);
        await waitUntil(`${entry} is heard of`, codeIs(554));
        await host.run(`map remove ${entry}`);
        await waitUntil(`${entry} is forgotten`, codeIs(250));
      }
      await emptyQueue(host);
    });

    test('the null sender is in no map', async () => {
      await deliver({ from: '', to: 'alice@example.org', subject: 'bounce' });
    });

    test('a database that is away makes everything temporary', async () => {
      await host.database.kill();
      await untilDeaf(host.dovetail.logFile);
      for (const to of [
        'ghost2@relay.example',
        'new@open.example',
        'x@unknown.example',
        'nobody@example.org',
      ]) {
        const { code } = await send(host, { to, subject: 'later' });
        expect({ to, kind: Math.floor(code / 100) }).toEqual({ to, kind: 4 });
      }
    });
  });
});
