/** What every way for Dovecot to ask must do, with real servers of both versions and real clients. */

import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DovecotVersion } from '../../src/config/doors/door.ts';
import { doors as knownDoors } from '../../src/config/doors/index.ts';
import type { PrivateDovecot } from '../../src/demo/private-dovecot.ts';
import { runToEnd, waitUntil } from '../../src/demo/processes.ts';
import { untilDeaf } from '../support/daemon.ts';
import { withClient } from '../support/database.ts';
import { logInBy } from '../support/mail-servers/logins.ts';
import { canRunDovecot, machines } from '../support/mail-servers/machines.ts';
import { APP_PASSWORD, type Brain, EVERYBODY, OBSTACLES, openBrain, PASSWORD } from './doors/brain.ts';
import type { DoorContract } from './doors/door.ts';
import { doors } from './doors/index.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
const DISABLED = 'carol@example.org';
const NOBODY = 'nobody@example.org';

/** `doveadm`'s exit codes: sysexits. */
const FOUND = 0;
const NO_USER = 67;
const LATER = 75;
const REFUSED = 77;

/** Dovecot says whom it asks, and no password. */
const DEBUG: Readonly<Record<DovecotVersion, string>> = {
  '2.3': 'auth_debug = yes\n',
  '2.4': 'log_debug = category=auth\n',
};

interface Trial extends DoorContract {
  readonly version: DovecotVersion;
}
const all: Trial[] = doors.flatMap((door) => door.versions.map((version) => ({ ...door, version })));
const trials: Trial[] = [];
for (const trial of all) {
  const { version, needs, door } = trial;
  const parts = ['imap', 'lmtp', 'pop3', 'sieve', ...needs] as const;
  if (await canRunDovecot(version, parts, `the door ${door} of Dovecot ${version}`)) trials.push(trial);
}
test('every door can be tried here', ({ skip }) => {
  if (trials.length < all.length) skip(`only ${trials.length} of ${all.length} can`);
});

describe.skipIf(trials.length === 0)('how Dovecot asks', () => {
  let brain: Brain;

  beforeAll(async () => {
    brain = await openBrain();
  }, 120_000);
  afterAll(() => brain?.close());

  describe.each(trials)('Dovecot $version through the door $door', (trial) => {
    const isHeld = trial.withoutDaemon === 'put off until it is back';
    let dovecot: PrivateDovecot;

    beforeAll(async () => {
      dovecot = await brain.startDovecot(trial.version, trial.door, DEBUG[trial.version]);
      // Dovecot's SQL driver answers for the first time when its connection is made.
      await waitUntil('it knows who is wrong', async () => (await logIn(ALICE, 'guess')) === 'refused');
    });
    afterAll(() => dovecot?.stop());

    const logIn = (user: string, password: string, by: keyof typeof logInBy = 'imap') =>
      logInBy[by](dovecot.ports[by], user, password);

    /** The reply code to a letter by LMTP. */
    async function deliver(to: string): Promise<number> {
      const transport = createTransport({
        host: '127.0.0.1',
        port: dovecot.ports.lmtp,
        lmtp: true,
        ignoreTLS: true,
      });
      try {
        const letter = { from: 'x@elsewhere.example', to, subject: 'Hello', text: 'Hello.' };
        return Number((await transport.sendMail(letter)).response.slice(0, 3));
      } catch (error) {
        return (error as { responseCode?: number }).responseCode ?? 0;
      } finally {
        transport.close();
      }
    }

    test('Dovecot has nothing to complain about', async () => {
      const { root } = machines[trial.version];
      const { stderr, code } = await runToEnd('doveconf', ['-n', '-c', dovecot.configFile], { root });
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(dovecot.log()).not.toMatch(/(?:Warning|Error|Fatal|Panic):/);
    });

    test('the door names this release, if it names any', async () => {
      const { stdout } = await runToEnd('dovecot', ['--version'], { root: machines[trial.version].root });
      const { provenWith } = knownDoors.find(({ name }) => name === trial.door) ?? {};
      if (provenWith) expect(provenWith).toContain(/^\d+\.\d+\.\d+/.exec(stdout)?.[0]);
    });

    describe('logins', () => {
      test.each(['imap', 'pop3', 'sieve'] as const)('the right password opens %s', async (by) => {
        expect(await logIn(ALICE, PASSWORD, by)).toBe('in');
      });

      test(trial.prefetches ? 'a login brings its mailbox with it' : 'the mailbox is asked for', async () => {
        const before = dovecot.log().length;
        expect(await logIn(ALICE, PASSWORD)).toBe('in');
        const said = () => dovecot.log().slice(before);
        await expect.poll(said).toContain('master userdb out: USER');
        const asked = said().match(/(?<=\s)\S+ Performing userdb lookup/gu) ?? [];
        expect(asked[0]).toMatch(/prefetch/u);
        expect(asked).toHaveLength(trial.prefetches ? 1 : 2);
      });

      test('a name in other letters is the same user', async () => {
        expect(await logIn('Alice@Example.ORG', PASSWORD)).toBe('in');
      });

      test.each([
        ['a wrong password', ALICE, 'guess'],
        ['a password that is only begun', ALICE, PASSWORD.slice(0, -1)],
        ['an unknown user', NOBODY, PASSWORD],
        ['a user who is no address', 'nobody', PASSWORD],
        ['a name with a quote in it', "' or '1'='1", PASSWORD],
        ['a user who was switched off', DISABLED, PASSWORD],
      ])('%s is refused', async (_, user, password) => {
        expect(await logIn(user, password)).toBe('refused');
      });

      const strangeNames = [
        'alice@example.org\n',
        'alice@example.org\t',
        'alice@example.org\r',
        'alice@example.org\x01',
        ' alice@example.org',
        'alice@example.org ',
        'imap/alice@example.org',
        'nobody/../alice@example.org',
        'bob*alice@example.org',
        '*@example.org',
        'alic?@example.org',
        '%u',
        '%{user}',
        "\\' or 1=1 --",
        "nobody' union select 'alice@example.org', '{PLAIN}x', null --",
        'alice@example.org\nVERIFY\talice@example.org',
        'alic\u0435@example.org',
        `${'x'.repeat(300)}@example.org`,
      ];
      test.each(strangeNames)('%j is nobody', async (name) => {
        expect(await logIn(name, PASSWORD)).toBe('refused');
      });

      test('a password for IMAP opens IMAP and nothing else', async () => {
        expect(await logIn(BOB, APP_PASSWORD)).toBe('in');
        expect(await logIn(BOB, APP_PASSWORD, 'pop3')).toBe('refused');
      });

      test('who came last is known', async () => {
        const rows = (text: string) =>
          withClient(brain.database.url, async (client) => (await client.query(text, [ALICE])).rows);
        await rows('update unified.users set last_login_at = null where email = $1');
        expect(await logIn(ALICE, PASSWORD)).toBe('in');
        const isKnown = async () =>
          (await rows('select 1 from unified.users where email = $1 and last_login_at is not null')).length >
          0;
        await waitUntil('it is written', isKnown);
      });

      test('twenty at once', async () => {
        const twenty = Array.from({ length: 20 }, (_, n) => logIn(ALICE, n % 2 ? PASSWORD : 'guess'));
        const expected = Array.from({ length: 20 }, (_, n) => (n % 2 ? 'in' : 'refused'));
        expect(await Promise.all(twenty)).toEqual(expected);
      });

      test('doveadm auth test', async () => {
        const tested = (password: string) =>
          dovecot.doveadm('auth', 'test', '-x', 'service=imap', ALICE, password);
        expect(await tested(PASSWORD)).toMatchObject({ code: FOUND });
        expect(await tested('guess')).toMatchObject({ code: REFUSED });
      });

      test.each(Object.keys(OBSTACLES))('%s is refused what stands against the password', async (user) => {
        const from = ['-x', 'rip=203.0.113.7', '-x', 'service=imap'];
        const tested = await dovecot.doveadm('auth', 'test', ...from, user, PASSWORD);
        expect(tested).toMatchObject({ code: REFUSED });
      });

      test('a password for a network opens from there', async () => {
        const from = ['-x', 'rip=192.0.2.7', '-x', 'service=imap'];
        const tested = await dovecot.doveadm('auth', 'test', ...from, 'dave@example.org', PASSWORD);
        expect(tested).toMatchObject({ code: FOUND });
      });

      test('doveadm auth lookup', async () => {
        const asked = (user: string) => dovecot.doveadm('auth', 'lookup', '-x', 'service=imap', user);
        expect(await asked(ALICE)).toMatchObject({ code: FOUND });
        expect(await asked(NOBODY)).toMatchObject({ code: NO_USER });
      });
    });

    describe('mailboxes', () => {
      test('are told in the words of this version', async () => {
        const { stdout, code } = await dovecot.doveadm('user', ALICE);
        const limit =
          trial.version === '2.3' ? 'quota_rule\t*:bytes=3221225472' : 'quota_storage_size\t3221225472B';
        const place = trial.version === '2.3' ? 'mail\tmaildir:~/Maildir' : 'mail_driver\tmaildir';
        for (const field of ['uid\t5000', 'gid\t5000', `/mail/${ALICE}`, place, limit])
          expect(stdout).toContain(field);
        expect(code).toBe(FOUND);
      });

      test('Dovecot keeps the limit', async () => {
        const { stdout } = await dovecot.doveadm('-f', 'tab', 'quota', 'get', '-u', ALICE);
        expect(stdout).toMatch(/User quota\tSTORAGE\t\d+\t3145728\t/);
      });

      test('of nobody are not there', async () => {
        expect(await dovecot.doveadm('user', NOBODY)).toMatchObject({ code: NO_USER });
      });

      test('LMTP delivers to who is there', async () => {
        expect(await deliver(ALICE)).toBe(250);
        expect(await deliver(NOBODY)).toBe(550);
      });

      test(`of a user who was switched off: ${trial.disabledMailbox}`, async () => {
        const [code, reply] = trial.disabledMailbox === 'later' ? [LATER, 451] : [NO_USER, 550];
        expect(await dovecot.doveadm('user', DISABLED)).toMatchObject({ code });
        expect(await deliver(DISABLED)).toBe(reply);
      });

      test(
        trial.lists ? 'are listed, all that may be used' : 'cannot be listed, and that is said',
        async () => {
          const { stdout, code } = await dovecot.doveadm('user', '*');
          // The SQL driver has them in the order of the table, which each login that is written changes.
          expect(stdout.trim().split('\n').sort()).toEqual(trial.lists ? [...EVERYBODY].sort() : ['']);
          expect(code === FOUND).toBe(trial.lists);
        },
      );
    });

    describe('what could not be found out', () => {
      /** Where two ways are asked, one of them may be back before the other. */
      const untilBack = () =>
        waitUntil(
          'logins work again',
          async () => (await logIn(ALICE, PASSWORD)) === 'in' && (await logIn(ALICE, 'guess')) === 'refused',
          120_000,
        );

      const everybodyWaits = () =>
        test('while the daemon is away, everybody waits, and then gets the right answer', async () => {
          await brain.dovetail.stop();
          const answered: unknown[] = [];
          const asked = [
            logIn(ALICE, PASSWORD),
            logIn(ALICE, 'guess'),
            logIn(NOBODY, PASSWORD, 'pop3'),
            dovecot.doveadm('user', ALICE).then(({ code }) => code),
            deliver(BOB),
            deliver(NOBODY),
          ];
          for (const one of asked) void Promise.resolve(one).then((answer) => answered.push(answer));
          await pause(1000);
          expect(answered).toEqual([]);
          await brain.dovetail.start();
          expect(await Promise.all(asked)).toEqual(['in', 'refused', 'refused', FOUND, 250, 550]);
        });

      const everybodyIsAnswered = () =>
        test(`while the daemon is away, logins are ${trial.withoutDaemon}`, async () => {
          const answers = {
            temporary: ['later', 'later', 'later'],
            'right passwords only': ['in', 'later', 'later'],
            'as ever': ['in', 'refused', 'refused'],
            'put off until it is back': [],
          }[trial.withoutDaemon];
          await brain.dovetail.stop();
          try {
            expect([
              await logIn(ALICE, PASSWORD),
              await logIn(ALICE, 'guess'),
              await logIn(NOBODY, PASSWORD),
            ]).toEqual(answers);
            const works = trial.withoutDaemon !== 'temporary';
            expect(await dovecot.doveadm('user', ALICE)).toMatchObject({ code: works ? FOUND : LATER });
            expect(await deliver(BOB)).toBe(works ? 250 : 451);
            expect(await deliver(NOBODY)).toBe(trial.withoutDaemon === 'as ever' ? 550 : 451);
          } finally {
            await brain.dovetail.start();
          }
          await untilBack();
        });

      // The socket of this door is held while the daemon is away, so nobody is refused.
      if (isHeld) everybodyWaits();
      else everybodyIsAnswered();

      test('a daemon that was replaced is found at once', async () => {
        expect(await logIn(ALICE, PASSWORD)).toBe('in');
        await brain.dovetail.stop();
        await brain.dovetail.start();
        expect(await logIn(ALICE, PASSWORD)).toBe('in');
        expect(await logIn(ALICE, 'guess')).toBe('refused');
      });

      // Dovecot's own SQL driver may keep a question for two minutes, hoping that PostgreSQL comes back.
      test('while the database is away, everything is temporary', async () => {
        await brain.database.kill();
        await untilDeaf(brain.dovetail.logFile);
        try {
          const answers = await Promise.all([
            logIn(ALICE, PASSWORD),
            logIn(ALICE, 'guess'),
            logIn(NOBODY, PASSWORD),
            logIn(ALICE, 'guess', 'pop3'),
            dovecot.doveadm('user', NOBODY).then(({ code }) => code),
            deliver(NOBODY),
          ]);
          expect(answers).toEqual(['later', 'later', 'later', 'later', LATER, 451]);
          if (trial.lists) expect((await dovecot.doveadm('user', '*')).code).not.toBe(FOUND);
        } finally {
          await brain.database.start();
        }
        await untilBack();
        expect(await deliver(NOBODY)).toBe(550);
      }, 400_000);

      test('none of this killed a process of Dovecot', () => {
        expect(dovecot.log()).not.toMatch(/(?:Panic|Fatal):|killed with signal/);
      });

      test('no password is in any log', () => {
        for (const secret of [PASSWORD, APP_PASSWORD]) expect(dovecot.log()).not.toContain(secret);
      });
    });
  });
});
