/** A rule is tried in shadow before it bites, and a message is judged again when it is there, as real Postfixes ask. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../src/demo/processes.ts';
import { canRunMailServers, type MailHost, openMailHost } from '../support/mail-servers/host.ts';
import { emptyQueue, send, subjectsOf } from '../support/mail-servers/letters.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';

describe.each(['2.3', '2.4'] as const)('the Postfix that is installed beside Dovecot %s', async (version) => {
  const canRun = await canRunMailServers(version);
  describe.skipIf(!canRun)('is answered by rules', () => {
    let host: MailHost;
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-modes-'));
    const settings = join(folder, 'dovetail.yaml');
    const order = (rules: string) => writeFileSync(settings, `policy_rules: ${rules}\n`);
    const events = (name: string): Record<string, unknown>[] =>
      readFileSync(host.dovetail.logFile, 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"${name}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    /** The log may be written a moment after the answer. */
    const toldOf = async (name: string, rule: string) => {
      const ofRule = () => events(name).filter((event) => event.rule === rule);
      await waitUntil(`${name} of ${rule} is in the log`, () => ofRule().length > 0);
      return ofRule();
    };

    beforeAll(async () => {
      order('access-lists=shadow');
      host = await openMailHost(
        async ({ run, addUsers }) => {
          await run('domain add example.org');
          await addUsers(ALICE, BOB);
          await run('access add block sender @spam.example');
          await run(`limit add bytes 1h 20000 --user ${ALICE}`);
        },
        version,
        { env: { DOVETAIL_CONFIG: settings } },
      );
    }, 120_000);

    afterAll(async () => {
      await host?.close();
      rmSync(folder, { recursive: true });
    });

    test('in shadow: the mail passes, and the log has what would have been said', async () => {
      const from = 'x@spam.example';
      expect(await send(host, { from, to: ALICE, subject: 'tried' })).toMatchObject({ code: 250 });
      await emptyQueue(host);
      expect(await subjectsOf(host, ALICE)).toContain('tried');
      expect(await toldOf('policy.shadow', 'access-lists')).toMatchObject([
        { rule: 'access-lists', sender: from, recipient: ALICE, reply: '550 5.7.1 Not accepted here' },
      ]);
      expect(events('policy.refused')).toEqual([]);
    });

    test('and in force after a reload', async () => {
      order('access-lists');
      await host.dovetail.reload();
      const from = 'x@spam.example';
      expect(await send(host, { from, to: ALICE, subject: 'refused' })).toMatchObject({
        code: 550,
        said: expect.stringMatching(/5\.7\.1 .*Not accepted here/),
      });
      expect(await toldOf('policy.refused', 'access-lists')).toMatchObject([{ sender: from }]);
    });

    test('when the whole message is there: only then its size is known', async () => {
      order('rate-limits=enforce');
      await host.dovetail.reload();
      const letter = { as: ALICE, from: ALICE, to: BOB };
      expect(await send(host, { ...letter, subject: 'small' })).toMatchObject({ code: 250 });
      expect(await send(host, { ...letter, subject: 'large', text: 'x\n'.repeat(10_000) })).toMatchObject({
        code: 450,
        said: expect.stringMatching(/4\.7\.1 .*Too many bytes/),
      });
      expect(await toldOf('policy.refused', 'rate-limits')).toMatchObject([
        { state: 'END-OF-MESSAGE', sasl: ALICE },
      ]);
      await emptyQueue(host);
      expect(await subjectsOf(host, BOB)).toEqual(['small']);
    });
  });
});
