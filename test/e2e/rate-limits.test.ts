/** Rate limits as a real Postfix asks for them: two of them, each with a daemon of its own beside it, and one
 * Redis, which dies in between. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createPasswordHash } from '../../src/auth/password.ts';
import { type Log, silent } from '../../src/base/log.ts';
import { type Dialogue, isLastOfSmtp, startDialogue } from '../../src/demo/dialogue.ts';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { waitUntil } from '../../src/demo/processes.ts';
import { type RunningDaemon, runDaemon } from '../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.ts';
import { canRunDovecot, machines } from '../support/mail-servers/machines.ts';
import { openSink, type Sink } from '../support/mail-servers/sink.ts';
import { type Submission, startPostfixSubmission } from '../support/mail-servers/submission.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const PASSWORD = 'secret';
const at = (name: string): string => `${name}@example.org`;
const ANNS = ['ann', 'ann2', 'ann3', 'ann4', 'ann5', 'ann6'];
/** Each limit is one user's: `10 messages within an hour` of ann. */
const limits: Readonly<Record<string, readonly [counter: string, seconds: number, max: number]>> = {
  ...Object.fromEntries(ANNS.map((name) => [name, ['messages', 3600, 10] as const])),
  carol: ['messages', 3600, 2],
  dave: ['recipients', 3600, 3],
  erin: ['bytes', 3600, 5000],
  frank: ['messages', 10, 1],
  grace: ['messages', 3600, 4],
};
/** Of heidi, who has two app passwords: so much with each. */
const APP_PASSWORDS = { phone: 'phone secret', desk: 'desk secret' };
const BY_CREDENTIAL = `
  insert into unified.rate_limits (user_id, counted_by, counter, window_seconds, max_count)
  select id, 'credential', 'messages', 3600, 2 from unified.users where email = $1`;

async function fill(database: TestDatabase): Promise<void> {
  await withClient(database.url, async (client) => {
    const addPassword = async (name: string, service: string, label: string, password: string) => {
      const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(await createPasswordHash(password)) ?? [];
      await client.query(
        `insert into unified.user_passwords (user_id, service, label, password_hash, hash_scheme)
         select id, $2, $3, $4, $5 from unified.users where email = $1`,
        [at(name), service, label, text, scheme],
      );
    };
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    for (const name of [...Object.keys(limits), 'bob', 'heidi']) {
      await client.query('insert into unified.users (email) values ($1)', [at(name)]);
      if (name !== 'heidi') await addPassword(name, 'dovecot', '', PASSWORD);
    }
    for (const [label, password] of Object.entries(APP_PASSWORDS)) {
      await addPassword('heidi', 'smtp', label, password);
    }
    await client.query(BY_CREDENTIAL, [at('heidi')]);
    for (const [name, [counter, seconds, max]] of Object.entries(limits)) {
      await client.query(
        `insert into unified.rate_limits (user_id, counter, window_seconds, max_count)
         select id, $2, $3, $4 from unified.users where email = $1`,
        [at(name), counter, seconds, max],
      );
    }
  });
}

const versions = { 'Postfix 3.7': '2.3', 'Postfix 3.10': '2.4' } as const;

describe.each(Object.entries(versions))('%s', async (_name, version) => {
  const canRun = await canRunDovecot(version, []);
  describe.skipIf(!canRun)('asks how much a user may send', { timeout: 120_000 }, () => {
    let database: TestDatabase;
    let redis: TestRedis;
    let sink: Sink;
    const folders: string[] = [];
    const daemons: RunningDaemon[] = [];
    const servers: Submission[] = [];
    /** How often a daemon has begun or ceased to count alone. */
    let turns = 0;
    const hear = (event: string): void => {
      if (event.startsWith('limits.redis_')) turns += 1;
    };
    const log: Log = { ...silent, info: hear, warn: hear };

    beforeAll(async () => {
      [database, redis, sink] = await Promise.all([createTestDatabase(), startRedis(), openSink()]);
      await fill(database);
      for (let n = 0; n < 2; n += 1) {
        const folder = makeScratchFolder(machines[version].root);
        folders.push(folder);
        daemons.push(
          await runDaemon(database.url, { log, runDir: folder, socketMode: 0o666, redisUrl: redis.url }),
        );
        const service = `check_policy_service unix:${join(folder, 'policy.sock')}`;
        servers.push(
          await startPostfixSubmission({
            folder,
            machine: machines[version],
            authSocket: join(folder, 'auth.sock'),
            relayhost: `[127.0.0.1]:${sink.port}`,
            settings: { smtpd_recipient_restrictions: service, smtpd_end_of_data_restrictions: service },
          }),
        );
      }
    }, 120_000);

    afterAll(async () => {
      for (const server of servers) await server.stop();
      for (const daemon of daemons) await daemon.close();
      await redis?.kill();
      await sink?.close();
      await database?.close();
      for (const folder of folders) removeScratchFolder(folder);
    });

    /** Logged in at one of the two servers. */
    async function logIn(name: string, which = 0, password = PASSWORD): Promise<Dialogue['say']> {
      const server = servers[which] as Submission;
      const smtp = startDialogue({ port: server.port, isLast: isLastOfSmtp, show: () => undefined });
      onTestFinished(() => smtp.close());
      await smtp.greeting();
      await smtp.say('EHLO client.example');
      const initial = Buffer.from(`\0${at(name)}\0${password}`).toString('base64');
      expect(await smtp.say(`AUTH PLAIN ${initial}`)).toEqual([expect.stringMatching(/^235 /u)]);
      return smtp.say;
    }

    /** What is said to each recipient and to the whole message. */
    async function send(say: Dialogue['say'], name: string, to: readonly string[], text = 'Hello.') {
      await say(`MAIL FROM:<${at(name)}>`);
      const recipients: string[] = [];
      for (const one of to) recipients.push((await say(`RCPT TO:<${one}@elsewhere.example>`)).at(-1) ?? '');
      const isTaken = recipients.some((line) => line.startsWith('250 '));
      if (isTaken) await say('DATA');
      const whole = isTaken ? (await say(`Subject: a letter\r\n\r\n${text}\r\n.`)).at(-1) : undefined;
      await say('RSET');
      return { recipients, whole };
    }

    const OK = expect.stringMatching(/^250 /u);
    const taken = { recipients: [OK], whole: OK };
    const putOff = (words: string) => expect.stringMatching(new RegExp(`^450 4\\.7\\.1 .*${words}`, 'u'));

    test('and puts off what is over it, counted by both daemons together; nobody else waits', async () => {
      const words = putOff('Too many messages: 10 of 10 in 60 minutes; try again in \\d+ minutes$');
      /** How many of 20 messages pass, sent through both in turn. */
      async function passing(name: string): Promise<number> {
        const says = [await logIn(name, 0), await logIn(name, 1)];
        let passed = 0;
        for (let n = 0; n < 20; n += 1) {
          const { recipients, whole } = await send(says[n % 2] as Dialogue['say'], name, ['zoe']);
          if (whole) passed += 1;
          else expect(recipients).toEqual([words]);
        }
        const sent = () => sink.mails.filter(({ from }) => from === at(name)).length;
        await waitUntil(`the letters of ${name} have left`, () => sent() === passed);
        return passed;
      }
      // On a busy machine Redis may not answer in time, and then each counts alone for a second: once more, with another user.
      for (const name of ANNS) {
        const before = turns;
        const passed = await passing(name);
        if (turns > before) continue;
        expect(passed).toBe(10);
        expect(await send(await logIn('bob', 1), 'bob', ['zoe'])).toEqual(taken);
        return;
      }
      throw new Error('Redis did not answer in time whenever it was tried');
    });

    test('and counts a message once, for all its recipients, and a repeated question once', async () => {
      const say = await logIn('carol');
      expect(await send(say, 'carol', ['a', 'b', 'c', 'a'])).toEqual({
        recipients: [OK, OK, OK, OK],
        whole: OK,
      });
      expect(await send(say, 'carol', ['a'])).toEqual(taken);
      expect((await send(say, 'carol', ['a'])).recipients).toEqual([putOff('Too many messages: 2 of 2')]);
    });

    test('and puts off one recipient too many alone', async () => {
      const say = await logIn('dave');
      const { recipients, whole } = await send(say, 'dave', ['a', 'b', 'a', 'c', 'd']);
      expect(recipients).toEqual([OK, OK, OK, OK, putOff('Too many recipients: 3 of 3')]);
      expect(whole).toEqual(OK);
    });

    test('and counts the size of a message when it is known', async () => {
      const say = await logIn('erin');
      const long = 'x'.repeat(70).concat('\r\n').repeat(40);
      expect(await send(say, 'erin', ['zoe'], long)).toEqual(taken);
      expect(await send(say, 'erin', ['zoe'], long)).toEqual({
        recipients: [OK],
        whole: putOff('Too many bytes: \\d+ of 5000 in 60 minutes; try again in \\d+ minutes'),
      });
      expect(await send(say, 'erin', ['zoe'])).toEqual(taken);
    });

    test('and counts each of his passwords apart, where a limit is one by credential', async () => {
      const [phone, desk] = [
        await logIn('heidi', 0, APP_PASSWORDS.phone),
        await logIn('heidi', 0, APP_PASSWORDS.desk),
      ];
      const words = putOff('Too many messages: 2 of 2');
      for (let n = 0; n < 2; n += 1) {
        expect(await send(phone, 'heidi', ['zoe'])).toEqual(taken);
        expect(await send(desk, 'heidi', ['zoe'])).toEqual(taken);
      }
      expect((await send(phone, 'heidi', ['zoe'])).recipients).toEqual([words]);
      expect((await send(desk, 'heidi', ['zoe'])).recipients).toEqual([words]);
    });

    test('and takes his mail again when the window has passed', async () => {
      const say = await logIn('frank');
      const isTaken = async () => (await send(say, 'frank', ['zoe'])).whole !== undefined;
      await waitUntil('a message is put off', async () => !(await isTaken()));
      await waitUntil('a message is taken again', isTaken, 60_000);
    });

    test('and goes on while Redis is away: each daemon for itself, and nobody is refused for it', async () => {
      const says = [await logIn('grace', 0), await logIn('grace', 1)] as const;
      for (const say of says) expect(await send(say, 'grace', ['zoe'])).toEqual(taken);
      await redis.kill();
      // 2 of 4 are used, and one is known to each: at least 2 more, at most 3 each.
      for (const say of says) {
        for (let n = 0; n < 3; n += 1) expect(await send(say, 'grace', ['zoe'])).toEqual(taken);
        expect((await send(say, 'grace', ['zoe'])).recipients).toEqual([putOff('Too many messages: 4 of 4')]);
      }
      expect(await send(await logIn('bob'), 'bob', ['zoe'])).toEqual(taken);
      await redis.start();
      // It forgot everything, and the daemons did not.
      for (const say of says) {
        expect((await send(say, 'grace', ['zoe'])).recipients).toEqual([putOff('Too many messages: 4 of 4')]);
      }
    });
  });
});
