/** Guessing where Dovecot compares the password itself: it asks dovetail by auth policy, as generated. */

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DovecotVersion } from '../../src/config/doors/door.ts';
import { isLastOfImap, startDialogue } from '../../src/demo/dialogue.ts';
import type { PrivateDovecot } from '../../src/demo/private-dovecot.ts';
import { freePorts } from '../../src/demo/processes.ts';
import { type Brain, openBrain, PASSWORD } from '../contract/doors/brain.ts';
import { canRunDovecot } from '../support/mail-servers/machines.ts';
import { scramClient } from '../support/scram.ts';

const ALICE = 'alice@example.org';
const SCRAM = 'scram@example.org';
const [home, stranger] = ['192.0.2.7', '203.0.113.7'];
/** Networks of this host, which the guard is told to count. */
const [here, there] = ['127.0.5.1', '127.0.6.1'];

/** As docs/protocols/auth-policy.md says it for the doors at which dovetail verifies passwords. */
const EXCHANGES: Readonly<Record<DovecotVersion, string>> = {
  '2.3': `auth_policy_request_attributes = login=%{requested_username} pwhash=%{hashed_password} remote=%{rip} \
protocol=%s session_id=%{session} mech=%{mech}\n`,
  '2.4': 'auth_policy_request_attributes {\n  mech = %{mechanism}\n}\n',
};
const exchangesTo = (url: string, version: DovecotVersion): string =>
  `auth_policy_server_url = ${url}/auth/policy?only=exchanges&\nauth_policy_hash_nonce = 0123456789abcdef\n${EXCHANGES[version]}`;

describe.each([
  ['2.3', 'sql', ['sql']],
  ['2.4', 'sql', ['sql']],
  ['2.3', 'dict', []],
  ['2.3', 'lua', ['lua']],
  ['2.4', 'lua', ['lua']],
] as const)('Dovecot %s through the door %s', async (version, door, needs) => {
  const canRun = await canRunDovecot(version, ['imap', 'lmtp', 'pop3', 'sieve', ...needs]);

  describe.skipIf(!canRun)('and the auth policy of dovetail', { timeout: 120_000 }, () => {
    let brain: Brain;
    let dovecot: PrivateDovecot;
    let url: string;

    beforeAll(async () => {
      const [port = 0] = await freePorts(1);
      url = `http://127.0.0.1:${port}`;
      brain = await openBrain({
        DOVETAIL_HTTP: `127.0.0.1:${port}`,
        DOVETAIL_GUESSING_LONGEST_DELAY: '0s',
        DOVETAIL_GUESSING_ALLOW: '198.51.100.0/24',
        // A network in which somebody has logged in is granted no more here.
        DOVETAIL_GUESSING_KNOWN_PASSWORDS: '20',
      });
      const add = ['user', 'add', SCRAM, '--password-stdin', '--scheme', 'SCRAM-SHA-256'];
      await brain.dovetail.command(add, { input: 'long enough\n' });
      const offered = 'auth_mechanisms = plain login scram-sha-256\n';
      const own = door === 'lua' ? exchangesTo(url, version) : '';
      dovecot = await brain.startDovecot(version, door, offered + own);
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
      await expect.poll(() => isIn(home, PASSWORD)).toBe(true);
      // Some are the same to dovetail, which is told twelve bits of each.
      for (let n = 0; n < 25; n += 1) expect(await isIn(stranger, `guess${n}`)).toBe(false);
      expect(await isIn(stranger, PASSWORD)).toBe(false);
      expect(await isIn(home, PASSWORD)).toBe(true);
    });

    async function prove(from: string, password: string): Promise<string> {
      const imap = startDialogue({
        port: dovecot.ports.imap,
        from,
        isLast: (line, said) =>
          line.startsWith('+ ') || isLastOfImap(line, said.startsWith('a1') || said === '' ? said : 'a1 '),
        show: () => undefined,
      });
      onTestFinished(() => imap.close());
      const say = async (line: string) => (await imap.say(line)).at(-1) ?? '';
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      const client = scramClient(SCRAM, password);
      await imap.greeting();
      await say('a1 AUTHENTICATE SCRAM-SHA-256');
      const challenge = await say(base64(client.first));
      if (!challenge.startsWith('+ ')) return challenge;
      const answer = await say(base64(client.last(Buffer.from(challenge.slice(2), 'base64').toString())));
      return answer.startsWith('+ ') ? say('') : answer;
    }

    test('so is whoever guesses by SCRAM, of which no two proofs are told apart', async () => {
      expect(await prove(here, 'long enough')).toMatch(/^a1 OK /);
      for (let n = 0; n < 20; n += 1) expect(await prove(here, `guess${n}`)).toMatch(/^a1 NO /);
      await expect.poll(() => prove(here, 'long enough')).toMatch(/^a1 NO /);
      expect(await prove(there, 'long enough')).toMatch(/^a1 OK /);
    });

    test('a wrong password is counted once', async () => {
      const ip = '203.0.114.7';
      for (const guess of ['one', 'two', 'three']) expect(await isIn(ip, guess)).toBe(false);
      const ask = async () => (await fetch(`${url}/auth/guessing?user=${ALICE}&ip=${ip}`)).json();
      await expect.poll(ask).toMatchObject({ wrong_passwords: 3 });
    });
  });
});
