/** Lists and greylisting, as real Postfixes ask: a stranger waits, comes again, and is known; a list beats it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { send } from '../support/mail-servers/letters.ts';

const SETTINGS = {
  DOVETAIL_POLICY_RULES: 'recipient-status, access-lists, greylisting=enforce',
  DOVETAIL_GREYLIST_DELAY: '1s',
  DOVETAIL_GREYLIST_KNOWN_AFTER: '2',
  DOVETAIL_GREYLIST_EXEMPT: 'none',
};

describe.each(['2.3', '2.4'] as const)('the Postfix that is installed beside Dovecot %s', async (version) => {
  const canRun = await canRunMailServers(version);
  describe.skipIf(!canRun)('is told', () => {
    let host: MailHost;
    const alice = 'alice@example.org';
    const greylisted = { code: 451, said: expect.stringMatching(/4\.7\.1 .*Greylisted, try again in 1 s/) };
    const blocked = { code: 550, said: expect.stringMatching(/5\.7\.1 .*Not accepted here/) };
    const sent = (from: string, to = alice) => send(host, { from, to, subject: from });
    const taken = (from: string, to = alice) =>
      waitUntil(`mail of ${from} is taken`, async () => (await sent(from, to)).code === 250);

    beforeAll(async () => {
      host = await openMailHost(
        async ({ run, addUsers }) => {
          await run('domain add example.org');
          await addUsers(alice, 'bob@example.org');
          await run('access add allow sender .friends.example');
          await run('access add block sender .spam.example');
          await run(`access add allow sender ann@mail.spam.example --user ${alice}`);
          await run('access add block recipient @rival.example');
        },
        version,
        { env: SETTINGS },
      );
    }, 120_000);

    afterAll(() => host?.close());

    test('that a stranger is to come again, and takes his mail when he does', async () => {
      expect(await sent('x@stranger.example')).toMatchObject(greylisted);
      await taken('x@stranger.example');
    });

    test('nothing of a sender who is known by then', async () => {
      expect(await sent('x@known.example')).toMatchObject(greylisted);
      await taken('x@known.example');
      expect(await sent('x@known.example', 'bob@example.org')).toMatchObject(greylisted);
      await taken('x@known.example', 'bob@example.org');
      await taken('another@known.example');
      await waitUntil('nobody of his domain waits', async () => {
        const somebody = `u${Math.random().toString(36).slice(2)}@known.example`;
        return (await sent(somebody)).code === 250;
      });
    });

    test('nothing of whom a user has written to', async () => {
      const letter = { from: alice, to: 'ann@elsewhere.example', subject: 'to ann', as: alice };
      expect(await send(host, letter)).toMatchObject({ code: 250 });
      await taken('ann@elsewhere.example');
    });

    test('nothing of who is on an allow list', async () => {
      expect(await sent('x@mail.friends.example')).toMatchObject({ code: 250 });
    });

    test('to refuse whom a list blocks, but for the user who lets him in', async () => {
      expect(await sent('x@mail.spam.example')).toMatchObject(blocked);
      expect(await sent('ann@mail.spam.example', 'bob@example.org')).toMatchObject(blocked);
      expect(await sent('ann@mail.spam.example')).toMatchObject({ code: 250 });
    });

    test('to refuse a login whom he may not write to', async () => {
      const letter = { from: alice, to: 'x@rival.example', subject: 'no', as: alice };
      expect(await send(host, letter)).toMatchObject(blocked);
    });
  });
});
