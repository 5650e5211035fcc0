/** Quotas with real servers: mail until the mailbox is full, and the truth however the reports went. */

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../src/config/settings.ts';
import { freePorts } from '../../src/demo/processes.ts';
import { policyClient, runDaemon } from '../support/daemon.ts';
import { withClient } from '../support/database.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { askRecipient, emptyQueue, send } from '../support/mail-servers/letters.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
const EVE = 'eve@example.org';
const FAY = 'fay@example.org';
const GUS = 'gus@example.org';
const HAL = 'hal@example.org';
const KEY = 'sesame';

describe.each(['2.3', '2.4'] as const)(
  'quotas with a real Postfix and a real Dovecot %s',
  async (version) => {
    const canRun = await canRunMailServers(version);
    describe.skipIf(!canRun)('on generated configuration', () => {
      let host: MailHost;
      let doveadmUrl: string;

      beforeAll(async () => {
        const [port] = await freePorts(1);
        doveadmUrl = `http://127.0.0.1:${port}`;
        host = await openMailHost(
          async ({ run, addUsers }) => {
            await run('domain add example.org');
            await run('domain add small.example');
            await addUsers(ALICE, BOB, EVE, 'sam@small.example', 'sue@small.example');
            await run(`quota add ${ALICE} 10 --type messages`);
            for (const user of ['carol', 'dave', 'fay', 'gus', 'hal']) {
              await addUsers(`${user}@example.org`);
              await run(`quota add ${user}@example.org 2 --type messages`);
            }
            await run(`quota add ${EVE} 20K`);
            await run(`alias add sales@example.org ${ALICE}`);
            await run(`alias add team@example.org ${ALICE} ${BOB}`);
            await run('alias add both@example.org carol@example.org dave@example.org');
            await run('alias add some@example.org carol@example.org bob@example.org');
            await run('alias add out@example.org carol@example.org friend@elsewhere.example');
          },
          version,
          {
            env: { DOVETAIL_DOVEADM_URLS: doveadmUrl, DOVETAIL_DOVEADM_API_KEY: KEY },
            dovecotSettings: `doveadm_api_key = ${KEY}\n`,
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
      const told = (user: string) =>
        values(
          `select event_type from unified.mailbox_events
           where event_type ~ '^quota_(?!changed)' and username = '${user}' order by id`,
        );
      const soon = (look: () => unknown) => expect.poll(look, { timeout: 60_000, interval: 200 });
      const asked = (to: string, size?: number) => askRecipient(host, to, size ? { size } : {});

      /** All at once: Postfix delivers as many of them in parallel as it likes. */
      async function deliver(to: string, letters: number): Promise<void> {
        const sent = Array.from({ length: letters }, (_, n) => send(host, { to, subject: `letter ${n}` }));
        for (const one of await Promise.all(sent)) expect(one).toMatchObject({ code: 250 });
        await emptyQueue(host);
      }

      async function fill(user: string, letters: number): Promise<void> {
        await deliver(user, letters);
        await soon(() => messagesOf(user)).toEqual([letters]);
      }

      async function empty(user: string): Promise<void> {
        expect(await host.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'all')).toMatchObject({
          code: 0,
        });
      }

      /** Another daemon on the same database, with settings of its own. */
      async function openSecond(settings: Partial<Settings> = {}) {
        const daemon = await runDaemon(host.database.url, {
          doveadmUrls: [doveadmUrl],
          doveadmApiKey: KEY,
          ...settings,
        });
        onTestFinished(() => daemon.close());
        const { ask, end } = policyClient(daemon.policy);
        onTestFinished(end);
        return (recipient: string, size = 0) => ask({ recipient, size: String(size) });
      }

      test('what is delivered is soon in the database, also of who has no limit', async () => {
        await fill(BOB, 3);
        const [bytes] = await values(
          `select usage::int from unified.quota_status where "user" = '${BOB}' and quota_type = 'storage'`,
        );
        expect(bytes).toBeGreaterThan(300);
      });

      test('a mailbox that is filled warns once at each percentage, and tells when it has room again', async () => {
        await deliver(ALICE, 8);
        await soon(() => told(ALICE)).toEqual(['quota_warning']);
        await deliver(ALICE, 2);
        await soon(() => messagesOf(ALICE)).toEqual([10]);
        await soon(() => told(ALICE)).toEqual(['quota_warning', 'quota_exceeded']);
        for (const to of [ALICE, 'sales@example.org', 'alice+lists@example.org'])
          await soon(() => asked(to)).toContain('552 5.2.2');
        expect(await asked('team@example.org')).toMatch(/^250/u);
        await empty(ALICE);
        await soon(() => messagesOf(ALICE)).toEqual([0]);
        expect(await told(ALICE)).toEqual(['quota_warning', 'quota_exceeded', 'quota_ok']);
        await soon(() => asked('sales@example.org')).toMatch(/^250/u);
        expect(await send(host, { to: 'sales@example.org', subject: 'again' })).toMatchObject({ code: 250 });
      }, 120_000);

      test('deliveries at once report in any order, and the truth is known soon after', async () => {
        for (let round = 1; round <= 5; round += 1) {
          await deliver('sue@small.example', 8);
          await soon(() => messagesOf('sue@small.example')).toEqual([8 * round]);
        }
        await empty('sue@small.example');
      }, 180_000);

      test('groups: all full, some full, somebody elsewhere', async () => {
        for (const user of ['carol', 'dave']) await fill(`${user}@example.org`, 2);
        await soon(() => asked('both@example.org')).toContain('552 5.2.2');
        for (const to of ['some', 'out']) expect(await asked(`${to}@example.org`)).toMatch(/^250/u);
        const waiting = await openSecond({ quotaSomeFull: 'wait', quotaGrace: 3_600_000 });
        expect(await waiting('some@example.org')).toMatch(/^452 4.2.2 /u);
        expect(await waiting('both@example.org')).toMatch(/^452 4.2.2 /u);
        const refusing = await openSecond({ quotaSomeFull: 'refuse', quotaGrace: 1 });
        expect(await refusing('some@example.org')).toMatch(/^552 5.2.2 /u);
        expect(await refusing('out@example.org')).toMatch(/^552 5.2.2 /u);
        expect(await refusing('both@example.org')).toMatch(/^552 5.2.2 /u);
      }, 120_000);

      test('a message that was announced to be larger than what is left, or than everything', async () => {
        await fill(EVE, 1);
        expect(await asked(EVE, 10_000)).toMatch(/^250/u);
        await soon(() => asked(EVE, 20_470)).toContain('552 5.2.2');
        expect(await asked(EVE, 20_481)).toContain('552 5.3.4');
        const waiting = await openSecond({ quotaGrace: 3_600_000 });
        expect(await waiting(EVE, 20_470)).toMatch(/^452 4.2.2 /u);
        expect(await waiting(EVE, 20_481)).toMatch(/^552 5.3.4 /u);
      });

      test('mail to a domain whose mailboxes are full together waits', async () => {
        await values(`update unified.mail_domains set quota_bytes = 2048 where domain = 'small.example'`);
        expect(await asked('sue@small.example')).toMatch(/^250/u);
        await deliver('sam@small.example', 5);
        for (const to of ['sam', 'sue'])
          await soon(() => asked(`${to}@small.example`)).toContain('452 4.2.2');
        await empty('sam@small.example');
        await soon(() => asked('sue@small.example')).toMatch(/^250/u);
      });

      test('another daemon hears that a mailbox is full, and that it is full no more', async () => {
        const second = await openSecond();
        expect(await second(FAY)).toBe('DUNNO');
        await fill(FAY, 2);
        await soon(() => second(FAY)).toMatch(/^552 5.2.2 /u);
        await empty(FAY);
        await soon(() => second(FAY)).toBe('DUNNO');
      });

      test('who filled his mailbox while nobody heard of it is thought to have room, until all are counted', async () => {
        const socket = join(host.dovetail.runDir, 'dict.sock');
        await rename(socket, `${socket}.away`);
        await deliver(HAL, 2).finally(() => rename(`${socket}.away`, socket));
        expect(await asked(HAL)).toMatch(/^250/u);
        await host.run('quota recount --all');
        expect(await messagesOf(HAL)).toEqual([2]);
        expect(await told(HAL)).toContain('quota_exceeded');
        await soon(() => asked(HAL)).toContain('552 5.2.2');
      });

      test('who emptied his mailbox while nobody heard of it gets mail, and who cannot be counted too', async () => {
        await fill(GUS, 2);
        await soon(() => asked(GUS)).toContain('552 5.2.2');
        const socket = join(host.dovetail.runDir, 'dict.sock');
        await rename(socket, `${socket}.away`);
        await empty(GUS).finally(() => rename(`${socket}.away`, socket));
        expect(await messagesOf(GUS)).toEqual([2]);
        const blind = await openSecond({ doveadmUrls: [], doveadmApiKey: null });
        expect(await blind(GUS)).toBe('DUNNO');
        await soon(() => asked(GUS)).toMatch(/^250/u);
        await soon(() => messagesOf(GUS)).toEqual([0]);
      });

      test('nothing is lost of what is delivered while the database is killed', async () => {
        const [before = 0] = await messagesOf(BOB);
        for (const subject of ['before', 'meanwhile'])
          expect(await send(host, { to: BOB, subject })).toMatchObject({ code: 250 });
        await host.database.kill();
        await host.database.start();
        await emptyQueue(host);
        await soon(() => messagesOf(BOB)).toEqual([Number(before) + 2]);
      }, 90_000);
    });
  },
);
