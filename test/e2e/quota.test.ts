import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClient } from '../support/database.ts';
import { canRunMailServers, type MailHost, openMailHost, PASSWORD } from '../support/mail-servers/host.ts';
import { emptyQueue, send } from '../support/mail-servers/letters.ts';

const ALICE = 'alice@example.org';

describe.each(['2.3', '2.4'] as const)(
  'quotas with a real Postfix and a real Dovecot %s',
  async (version) => {
    const canRun = await canRunMailServers(version);
    describe.skipIf(!canRun)('on generated configuration', () => {
      let host: MailHost;

      beforeAll(async () => {
        host = await openMailHost(
          async ({ run, addUsers }) => {
            await run('domain add example.org');
            await addUsers(ALICE, 'bob@example.org');
            await run(`quota add ${ALICE} 10 --type messages`);
            await run(`alias add sales@example.org ${ALICE}`);
            await run(`alias add team@example.org ${ALICE} bob@example.org`);
          },
          version,
          {
            env: { DOVETAIL_POLICY_RULES: 'recipient-status, recipient-quota=enforce' },
            // Dovecot reports totals, and those of two deliveries at once in any order (docs/quotas.md).
            postfixSettings: { lmtp_destination_concurrency_limit: '1' },
          },
        );
      }, 120_000);

      afterAll(() => host?.close());

      const values = (sql: string): Promise<unknown[]> =>
        withClient(host.database.url, async (client) =>
          (await client.query(sql)).rows.flatMap(Object.values),
        );
      const messagesOf = (user: string) =>
        values(
          `select usage::int from unified.quota_status where "user" = '${user}' and quota_type = 'messages'`,
        );
      const told = () =>
        values(
          `select event_type from unified.mailbox_events where event_type ~ '^quota_(?!changed)' order by id`,
        );
      const soon = (look: () => unknown) => expect.poll(look, { timeout: 30_000, interval: 200 });

      async function deliver(to: string, letters: number): Promise<void> {
        for (let n = 1; n <= letters; n += 1)
          expect(await send(host, { to, subject: `letter ${n}` })).toMatchObject({ code: 250 });
        await emptyQueue(host);
      }

      test('what is delivered is soon in the database, also of who has no limit', async () => {
        await deliver('bob@example.org', 3);
        await soon(() => messagesOf('bob@example.org')).toEqual([3]);
        const [bytes] = await values(
          `select usage::int from unified.quota_status where "user" = 'bob@example.org' and quota_type = 'storage'`,
        );
        expect(bytes).toBeGreaterThan(300);
      });

      test('a mailbox that is filled warns once at each percentage, and tells when it has room again', async () => {
        await deliver(ALICE, 8);
        await soon(told).toEqual(['quota_warning']);
        await deliver(ALICE, 2);
        await soon(() => messagesOf(ALICE)).toEqual([10]);
        await soon(told).toEqual(['quota_warning', 'quota_exceeded']);
        const answers = (to: string) => send(host, { to, subject: 'one more' }).then(({ said }) => said);
        for (const to of [ALICE, 'sales@example.org', 'alice+lists@example.org'])
          await soon(() => answers(to)).toContain('552 5.2.2');
        expect(await answers('team@example.org')).toMatch(/^250/u);
        await emptyQueue(host);
        await deleteAll(host);
        await soon(() => messagesOf(ALICE)).toEqual([0]);
        await soon(told).toEqual(['quota_warning', 'quota_exceeded', 'quota_ok']);
        expect(await send(host, { to: 'sales@example.org', subject: 'again' })).toMatchObject({ code: 250 });
      });

      test('nothing is lost of what is delivered while the database is killed', async () => {
        for (const subject of ['before', 'meanwhile'])
          expect(await send(host, { to: 'bob@example.org', subject })).toMatchObject({ code: 250 });
        await host.database.kill();
        await host.database.start();
        await emptyQueue(host);
        await soon(() => messagesOf('bob@example.org')).toEqual([6]);
      }, 60_000);
    });
  },
);

async function deleteAll(host: MailHost): Promise<void> {
  const imap = new ImapFlow({
    host: '127.0.0.1',
    port: host.dovecot.imapPort,
    secure: false,
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
  });
  await imap.connect();
  await imap.mailboxOpen('INBOX');
  await imap.messageDelete('1:*');
  await imap.logout();
}
