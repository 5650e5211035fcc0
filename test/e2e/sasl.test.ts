/** SASL without Dovecot: real Postfix of both generations and Exim, asked as mail programs do. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { join } from 'node:path';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createPasswordHash } from '../../src/auth/password.ts';
import { scramSha1 } from '../../src/auth/schemes/scram-sha-1.ts';
import { scramSha256 } from '../../src/auth/schemes/scram-sha-256.ts';
import { isLastOfSmtp, startDialogue } from '../../src/demo/dialogue.ts';
import { makeScratchFolder, removeScratchFolder } from '../../src/demo/mail-host.ts';
import { type RunningDaemon, runDaemon } from '../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../support/database.ts';
import { canRunDovecot, machines } from '../support/mail-servers/machines.ts';
import {
  canRunExim,
  type Submission,
  startEximSubmission,
  startPostfixSubmission,
} from '../support/mail-servers/submission.ts';
import { AUDIENCE, createIssuer, ISSUER, type Issuer } from '../support/tokens.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (user: string, password: string): string => base64(`\0${user}\0${password}`);

const servers = {
  'Postfix 3.7': { version: '2.3', start: startPostfixSubmission, canRun: await canRunDovecot('2.3', []) },
  'Postfix 3.10': { version: '2.4', start: startPostfixSubmission, canRun: await canRunDovecot('2.4', []) },
  Exim: { version: '2.3', start: startEximSubmission, canRun: canRunExim() },
} as const;

const passwords = {
  'alice@example.org': () => createPasswordHash('secret'),
  'scram1@example.org': async () => `{SCRAM-SHA-1}${await scramSha1.hash?.(Buffer.from('secret'))}`,
  'scram256@example.org': async () => `{SCRAM-SHA-256}${await scramSha256.hash?.(Buffer.from('secret'))}`,
  'locked@example.org': () => createPasswordHash('secret'),
};

async function fill(database: TestServer): Promise<void> {
  await withClient(database.url, async (client) => {
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    for (const [email, hash] of Object.entries(passwords)) {
      const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(await hash()) ?? [];
      await client.query(
        `with one as (insert into unified.users (email, is_active) values ($1, $2) returning id)
         insert into unified.user_passwords (user_id, service, label, password_hash, hash_scheme)
         select id, 'dovecot', '', $3, $4 from one`,
        [email, !email.startsWith('locked'), text, scheme],
      );
    }
  });
}

describe.each(Object.entries(servers))('%s', (name, { version, start, canRun }) => {
  const isExim = name === 'Exim';
  const temporary = isExim ? /^435 / : /^454 4\.7\.0 /;

  describe.skipIf(!canRun)('authenticates through auth.sock', () => {
    let database: TestServer;
    let daemon: RunningDaemon;
    let server: Submission;
    let folder: string;
    let issuer: Issuer;
    const startDaemon = () => {
      const jwt = { jwtKeys: join(folder, 'jwks.json'), jwtIssuer: ISSUER, jwtAudience: AUDIENCE };
      return runDaemon(database.url, { runDir: folder, socketMode: 0o666, ...jwt });
    };

    beforeAll(async () => {
      database = await createTestServer();
      await fill(database);
      folder = makeScratchFolder(machines[version].root);
      issuer = await createIssuer();
      issuer.write(join(folder, 'jwks.json'));
      daemon = await startDaemon();
      const authSocket = join(folder, 'auth.sock');
      server = await start({ folder, machine: machines[version], authSocket });
    }, 120_000);

    afterAll(async () => {
      await server?.stop();
      await daemon?.close();
      await database?.stop();
      if (folder) removeScratchFolder(folder);
    });

    async function connect() {
      const smtp = startDialogue({ port: server.port, isLast: isLastOfSmtp, show: () => undefined });
      onTestFinished(() => smtp.close());
      await smtp.greeting();
      const offered = await smtp.say('EHLO client.example');
      const say = async (line: string): Promise<string> => (await smtp.say(line)).at(-1) ?? '';
      return { offered: offered.find((line) => line.includes('AUTH ')) ?? '', say };
    }
    const authPlain = async (user: string, password: string): Promise<string> =>
      (await connect()).say(`AUTH PLAIN ${plain(user, password)}`);

    test('offers the mechanisms', async () => {
      expect((await connect()).offered).toMatch(/AUTH PLAIN LOGIN SCRAM-SHA-(256|1) SCRAM-SHA-(1|256)/);
    });

    const logins: Record<string, [user: string, password: string, answer: RegExp]> = {
      'the right password': ['alice@example.org', 'secret', /^235 /],
      'a wrong password': ['alice@example.org', 'guess', /^535 /],
      'an unknown user': ['nobody@example.org', 'secret', /^535 /],
      'a disabled user': ['locked@example.org', 'secret', /^535 /],
      'an empty password': ['alice@example.org', '', /^535 /],
    };
    test.each(Object.entries(logins))('PLAIN: %s', async (_, [user, password, answer]) => {
      expect(await authPlain(user, password)).toMatch(answer);
    });

    test.each(Object.entries(logins).slice(0, 3))('LOGIN: %s', async (_, [user, password, answer]) => {
      const { say } = await connect();
      expect(await say('AUTH LOGIN')).toBe(`334 ${base64('Username:')}`);
      expect(await say(base64(user))).toBe(`334 ${base64('Password:')}`);
      expect(await say(base64(password))).toMatch(answer);
    });

    const scrams = [
      ['SCRAM-SHA-1', 'sha1', 20, 'scram1@example.org'],
      ['SCRAM-SHA-256', 'sha256', 32, 'scram256@example.org'],
    ] as const;
    describe.each(scrams)('%s', (mechanism, algorithm, size, user) => {
      async function authScram(name: string, password: string): Promise<[string, string | undefined]> {
        const { say } = await connect();
        const bare = `n=${name},r=fyko+d2lbbFgONRv9qkxdawL`;
        const first = Buffer.from(
          (await say(`AUTH ${mechanism} ${base64(`n,,${bare}`)}`)).slice(4),
          'base64',
        );
        const {
          nonce,
          salt = '',
          rounds,
        } = /^r=(?<nonce>[^,]+),s=(?<salt>[^,]+),i=(?<rounds>\d+)$/.exec(first.toString())?.groups ?? {};
        const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), size, algorithm);
        const hmac = (key: Buffer, text: string) => createHmac(algorithm, key).update(text).digest();
        const clientKey = hmac(salted, 'Client Key');
        const text = `${bare},${first},c=biws,r=${nonce}`;
        const signature = hmac(createHash(algorithm).update(clientKey).digest(), text);
        const proof = Buffer.from(clientKey.map((octet, n) => octet ^ (signature[n] as number))).toString(
          'base64',
        );
        const answer = await say(base64(`c=biws,r=${nonce},p=${proof}`));
        if (!answer.startsWith('334 ')) return [answer, undefined];
        const shown = Buffer.from(answer.slice(4), 'base64').toString();
        const expected = `v=${hmac(hmac(salted, 'Server Key'), text).toString('base64')}`;
        return [await say(''), shown === expected ? 'proven' : shown];
      }

      test('the right password, and the server proves itself', async () => {
        expect(await authScram(user, 'secret')).toEqual([expect.stringMatching(/^235 /), 'proven']);
      });
      test('a wrong password', async () => {
        expect(await authScram(user, 'guess')).toEqual([expect.stringMatching(/^535 /), undefined]);
      });
      test('an unknown user, and one without such a hash', async () => {
        expect((await authScram('nobody@example.org', 'secret'))[0]).toMatch(/^535 /);
        expect((await authScram('alice@example.org', 'secret'))[0]).toMatch(/^535 /);
      });
    });

    const messages = {
      XOAUTH2: (user: string, token: string) => `user=${user}\x01auth=Bearer ${token}\x01\x01`,
      OAUTHBEARER: (user: string, token: string) =>
        `n,a=${user},\x01host=mail\x01port=587\x01auth=Bearer ${token}\x01\x01`,
    };
    test.each(Object.entries(messages))('%s', async (mechanism, message) => {
      const authToken = async (user: string, token: string): Promise<string> => {
        const { say } = await connect();
        const answer = await say(`AUTH ${mechanism} ${base64(message(user, token))}`);
        // A refusal is told in JSON first, and the client has to answer.
        return answer.startsWith('334 ') ? say(base64('\x01')) : answer;
      };
      const email = 'alice@example.org';
      expect(await authToken(email, await issuer.sign({ email }))).toMatch(/^235 /);
      expect(await authToken(email, 'guess')).toMatch(/^535 /);
      expect(await authToken(email, await issuer.sign({ email: 'scram1@example.org' }))).toMatch(/^535 /);
      const locked = 'locked@example.org';
      expect(await authToken(locked, await issuer.sign({ email: locked }))).toMatch(/^535 /);

      const { iss, aud, exp } = { iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) };
      expect(await authToken(email, await issuer.sign({ email, aud: 'wiki' }))).toMatch(/^535 /);
      expect(await authToken(email, await issuer.sign({ email, iss: 'https://x.example' }))).toMatch(/^535 /);
      expect(await authToken(email, await issuer.sign({ email, exp: exp - 60 }))).toMatch(/^535 /);
      const unsigned = new UnsecuredJWT({ email, iss, aud, exp: exp + 60 }).encode();
      expect(await authToken(email, unsigned)).toMatch(/^535 /);

      // The issuer has another key from now on.
      const former = await issuer.sign({ email });
      issuer = await createIssuer(`after ${mechanism}`);
      issuer.write(join(folder, 'jwks.json'));
      expect(await authToken(email, await issuer.sign({ email }))).toMatch(/^235 /);
      expect(await authToken(email, former)).toMatch(/^535 /);
    });

    test('a daemon that goes away and comes back is temporary, then well', async () => {
      const { say } = await connect();
      await daemon.close();
      expect(await say(`AUTH PLAIN ${plain('alice@example.org', 'secret')}`)).toMatch(temporary);
      daemon = await startDaemon();
      await expect.poll(() => authPlain('alice@example.org', 'secret')).toMatch(/^235 /);
    });

    // The last one: the database does not come back.
    test('a database that is away is temporary, never a wrong password', async () => {
      await database.stop();
      await daemon.untilDeaf();
      const attempts = [
        ['alice@example.org', 'secret'],
        ['nobody@example.org', 'secret'],
      ] as const;
      for (const [user, password] of attempts) {
        expect(await authPlain(user, password)).toMatch(temporary);
      }
      const { say } = await connect();
      const first = base64('n,,n=scram1@example.org,r=abcdefgh');
      expect(await say(`AUTH SCRAM-SHA-1 ${first}`)).toMatch(temporary);
    });
  });
});
