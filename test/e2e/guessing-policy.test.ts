/** Guessing where Dovecot compares the password itself: it asks dovetail by auth policy, as generated. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateDovecot } from '../../src/demo/private-dovecot.ts';
import { freePorts } from '../../src/demo/processes.ts';
import { type Brain, openBrain, PASSWORD } from '../contract/doors/brain.ts';
import { canRunDovecot } from '../support/mail-servers/machines.ts';

const ALICE = 'alice@example.org';
const [home, stranger] = ['192.0.2.7', '203.0.113.7'];

describe.each([
  ['2.3', 'sql', ['sql']],
  ['2.4', 'sql', ['sql']],
  ['2.3', 'dict', []],
] as const)('Dovecot %s through the door %s', async (version, door, needs) => {
  const canRun = await canRunDovecot(version, ['imap', 'lmtp', 'pop3', 'sieve', ...needs]);

  describe.skipIf(!canRun)('and the auth policy of dovetail', { timeout: 120_000 }, () => {
    let brain: Brain;
    let dovecot: PrivateDovecot;

    beforeAll(async () => {
      const [port = 0] = await freePorts(1);
      const env = { DOVETAIL_HTTP: `127.0.0.1:${port}`, DOVETAIL_GUESSING_LONGEST_DELAY: '0s' };
      brain = await openBrain(env);
      dovecot = await brain.startDovecot(version, door);
    }, 120_000);
    afterAll(async () => {
      await dovecot?.stop();
      await brain?.close();
    });

    const isIn = async (ip: string, password: string): Promise<boolean> => {
      const from = ['-x', `rip=${ip}`, '-x', 'service=imap'];
      return (await dovecot.doveadm('auth', 'test', ...from, ALICE, password)).code === 0;
    };

    test('whoever guesses is refused, and the owner gets in from his own network', async () => {
      await expect.poll(() => isIn(home, PASSWORD), { timeout: 30_000 }).toBe(true);
      // Some are the same to dovetail, which is told twelve bits of each.
      for (let n = 0; n < 25; n += 1) expect(await isIn(stranger, `guess${n}`)).toBe(false);
      expect(await isIn(stranger, PASSWORD)).toBe(false);
      expect(await isIn(home, PASSWORD)).toBe(true);
    });
  });
});
