/** Postfix asks the policy service as its generated configuration has it: refusals, submission, nobody there. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { askRecipient, emptyQueue, send, subjectsOf } from '../support/mail-servers/letters.ts';

describe.each(['2.3', '2.4'] as const)('the Postfix that is installed beside Dovecot %s', async (version) => {
  const canRun = await canRunMailServers(version);
  describe.skipIf(!canRun)('asks what to do', () => {
    let host: MailHost;

    beforeAll(async () => {
      host = await openMailHost(
        async ({ run, addUsers }) => {
          await run('domain add example.org');
          await run('domain add off.example');
          await addUsers('alice@example.org', 'bob@example.org', 'locked@example.org', 'gone@off.example');
          await run('alias add @example.org alice@example.org');
          await run('alias add dead@example.org locked@example.org');
          await run('alias add staff@example.org alice@example.org --allow-from members');
          await run('user set locked@example.org --lock');
          await run('domain set off.example --disable');
        },
        version,
        {
          env: { DOVETAIL_GROUP_TRUSTED_NETWORKS: 'none' },
          // Postfix appends it to an address without a domain.
          postfixSettings: { myorigin: 'example.org' },
        },
      );
    }, 120_000);

    afterAll(() => host?.close());

    test.each([
      ['a locked mailbox, and not the catch-all', 'locked@example.org', /5\.2\.1 .*This mailbox is disabled/],
      ['a group of which nobody is left', 'dead@example.org', /5\.1\.1 .*Nobody is left/],
    ])('and refuses as it is told: %s', async (_what, to, words) => {
      expect(await send(host, { to, subject: 'refused' })).toMatchObject({
        code: 550,
        said: expect.stringMatching(words),
      });
    });

    test('and takes what there is no objection to', async () => {
      expect(await send(host, { to: 'alice@example.org', subject: 'taken' })).toMatchObject({ code: 250 });
      await emptyQueue(host);
      expect(await subjectsOf(host, 'alice@example.org')).toContain('taken');
    });

    test('and lets a user send as himself, and as nobody else', async () => {
      const as = 'alice@example.org';
      const own = await send(host, { as, from: as, to: 'alice@example.org', subject: 'own' });
      expect(own).toMatchObject({ code: 250 });
      const other = await send(host, {
        as,
        from: 'boss@example.org',
        to: 'alice@example.org',
        subject: 'other',
      });
      expect(other).toMatchObject({ code: 553 });
      const shut = await send(host, { as, from: as, to: 'locked@example.org', subject: 'shut' });
      expect(shut).toMatchObject({ code: 550, said: expect.stringMatching(/This mailbox is disabled/) });
    });

    test.each(['alice', 'bob', 'alice%example.org', 'example.org!alice', 'bob@mail'])(
      'and wants the sender of who has logged in whole, which %s is not',
      async (from) => {
        const as = 'alice@example.org';
        expect(await askRecipient(host, as, { as, from })).toMatch(
          /^5\d\d 5\.5\.2 .*need fully-qualified address/,
        );
      },
    );

    test('and lets members write to their group, and nobody in their name', async () => {
      const [alice, bob, to] = ['alice@example.org', 'bob@example.org', 'staff@example.org'];
      const refused = { code: 550, said: expect.stringMatching(/5\.7\.1 .*Only members of this group/) };
      expect(await send(host, { as: alice, from: alice, to, subject: 'member' })).toMatchObject({
        code: 250,
      });
      expect(await send(host, { as: bob, from: bob, to, subject: 'none' })).toMatchObject(refused);
      expect(await send(host, { from: alice, to, subject: 'forged' })).toMatchObject(refused);
      expect(await send(host, { from: '', to, subject: 'bounce' })).toMatchObject(refused);
      await emptyQueue(host);
      const subjects = await subjectsOf(host, alice);
      expect(subjects).toContain('member');
      expect(subjects.filter((one) => /none|forged|bounce/.test(one))).toEqual([]);
    });

    test.each([
      'staff',
      'staff%example.org',
      'example.org!staff',
      'staff%example.org@mail.example.org',
      'staff@example.org@mail.example.org',
      '"staff@example.org"@mail.example.org',
      '"staff@example.org"',
      '@mail.example.org:staff@example.org',
      'STAFF@EXAMPLE.ORG.',
      '"staff"@example.org',
      'staff+x@example.org',
    ])('and takes nothing for a closed group, in whatever way it is written: %s', async (to) => {
      expect(await askRecipient(host, to)).toMatch(/^5\d\d /);
    });

    test('and takes mail for the postmaster without a domain', async () => {
      expect(await askRecipient(host, 'postmaster')).toMatch(/^250 /);
    });

    test('and tells the client to come again while nobody answers', async () => {
      await host.dovetail.stop();
      const sent = await send(host, { to: 'alice@example.org', subject: 'away' });
      expect(sent.code).toBe(451);
      await host.dovetail.start();
      await waitUntil('it is taken', async () => {
        const again = await send(host, { to: 'alice@example.org', subject: 'back' });
        expect(again.code).not.toBe(550);
        return again.code === 250;
      });
    });

    test('and says so itself while the policy alone is away', async () => {
      await host.dovetail.stop();
      await host.dovetail.start();
      rmSync(join(host.dovetail.runDir, 'policy.sock'));
      await waitUntil('the maps are back, and the policy is not', async () => {
        const { code, said } = await send(host, { to: 'alice@example.org', subject: 'unasked' });
        expect(code).toBe(451);
        return /4\.3\.0 .*Temporary failure, please try again later/.test(said);
      });
    });
  });
});
