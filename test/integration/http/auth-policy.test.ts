/** Dovecot's auth policy: real Dovecot of both versions asks before and tells after each login. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Attempt, AttemptOutcome, Guessing, Judgement } from '../../../src/auth/guessing.ts';
import { later } from '../../../src/base/answer.ts';
import { silent } from '../../../src/base/log.ts';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { isLastOfImap, startDialogue } from '../../../src/demo/dialogue.ts';
import { createApp } from '../../../src/http/app.ts';
import { startDovecot, type TestDovecot } from '../../support/mail-servers/dovecot.ts';
import { canRunDovecot } from '../../support/mail-servers/machines.ts';

let judgement: Judgement;
let asked: Attempt[] = [];
let reported: { attempt: Attempt; outcome: AttemptOutcome }[] = [];
const guessing: Guessing = {
  judge(attempt) {
    if (attempt.user.startsWith('broken')) throw new Error('the counters are away');
    asked.push(attempt);
    return judgement;
  },
  report: (attempt, outcome) => void reported.push({ attempt, outcome }),
};

const KEY = 'the key of this test, of many characters'.replaceAll(' ', '-');
const app = createApp({
  services: {
    limits: { usageOf: async () => ({ kind: 'unknown' }), look: () => ({ kind: 'free' }) },
    guessing,
    authPolicyKey: KEY,
    findings: async () => ({ kind: 'off' }),
    log: silent,
    notReady: async () => [],
    introspect: async () => later('no keys'),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
  },
  answerDeadline: () => 5000,
  log: silent,
});
const server = createServer(app);
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/policy`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  judgement = { kind: 'pass' };
  asked = [];
  reported = [];
});

const post = async (query: string, body: string, key = KEY) => {
  const response = await fetch(`${url}${query}`, { method: 'POST', body, headers: { 'X-API-Key': key } });
  return [response.status, await response.json()];
};

describe('the protocol', () => {
  const judgements: [Judgement, object][] = [
    [{ kind: 'pass' }, { status: 0, msg: '' }],
    [
      { kind: 'delay', seconds: 1.2 },
      { status: 2, msg: '' },
    ],
    [
      { kind: 'delay', seconds: 3600 },
      { status: 15, msg: '' },
    ],
    [
      { kind: 'refuse', why: 'too many' },
      { status: -1, msg: 'too many' },
    ],
  ];
  test.each(judgements)('%o is %o', async (said, answer) => {
    judgement = said;
    expect(await post('?command=allow', '{"login":"alice","remote":"192.0.2.1"}')).toEqual([200, answer]);
    expect(asked).toMatchObject([{ user: 'alice', ip: '192.0.2.1' }]);
  });

  test.each(['', 'another key', KEY.toUpperCase()])('with the key %j nobody is heard', async (key) => {
    for (const command of ['allow', 'report']) {
      const answer = await post(`?command=${command}`, '{"login":"alice","remote":"192.0.2.1"}', key);
      expect(answer).toEqual([401, { status: 0, msg: 'the key is missing, or is another' }]);
    }
    expect([asked, reported]).toEqual([[], []]);
  });

  const tags: [mech: string | undefined, tag: string][] = [
    [undefined, '07d6'],
    ['PLAIN', '07d6'],
    ['LOGIN', '07d6'],
    ['SCRAM-SHA-256', ''],
    ['SCRAM-SHA-1-PLUS', ''],
    ['cram-md5', ''],
  ];
  test.each(tags)('by the mechanism %s the tag of the password is %j', async (mech, tag) => {
    const body = JSON.stringify({ login: 'alice', remote: '192.0.2.1', pwhash: '07d6', mech });
    await post('?command=allow', body);
    await post('?command=report', body);
    expect(asked).toMatchObject([{ passwordTag: tag }]);
    expect(reported).toMatchObject([{ attempt: { passwordTag: tag } }]);
  });

  test.each(tags)(
    'where passwords are verified here, %s is told to the guard if it shows none',
    async (mech, tag) => {
      judgement = { kind: 'refuse', why: 'too many' };
      const body = JSON.stringify({ login: 'alice', remote: '192.0.2.1', pwhash: '07d6', mech });
      const isExchange = tag === '';
      const answer = isExchange ? { status: -1, msg: 'too many' } : { status: 0, msg: '' };
      expect(await post('?only=exchanges&command=allow', body)).toEqual([200, answer]);
      expect(await post('?only=exchanges&command=report', body)).toEqual([200, { status: 0, msg: '' }]);
      expect([asked.length, reported.length]).toEqual(isExchange ? [1, 1] : [0, 0]);
    },
  );

  const malformed: Record<string, [query: string, body: string, status: number]> = {
    'no JSON': ['?command=allow', '{', 400],
    'no object': ['?command=allow', '[]', 400],
    'no login': ['?command=allow', '{"remote":"192.0.2.1"}', 400],
    'no command': ['', '{"login":"alice"}', 400],
    'a command that is none': ['?command=forget', '{"login":"alice"}', 400],
    'too much': ['?command=allow', JSON.stringify({ login: 'x'.repeat(100_000) }), 413],
    'counters that are away': ['?command=allow', '{"login":"broken"}', 500],
  };
  test.each(Object.entries(malformed))('%s is no verdict', async (_, [query, body, status]) => {
    expect((await post(query, body))[0]).toBe(status);
    expect(asked).toEqual([]);
  });
});

const configuration: Readonly<Record<DovecotVersion, (folder: string) => string>> = {
  '2.3': (folder) => `
disable_plaintext_auth = no
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=${folder}/%u
}
`,
  '2.4': (folder) => `
auth_allow_cleartext = yes
passdb static {
  password = secret
}
userdb static {
  fields {
    uid = 5000
    gid = 5000
    home = ${folder}/%{user}
  }
}
`,
};
const policy = (): string => `
auth_policy_server_url = ${url}
auth_policy_hash_nonce = salt
auth_policy_server_api_header = X-API-Key: ${KEY}
`;

describe.each(['2.3', '2.4'] as const)('Dovecot %s', async (version) => {
  const canRun = await canRunDovecot(version, ['imap']);

  describe.skipIf(!canRun)('asks and tells', () => {
    let dovecot: TestDovecot;
    beforeAll(async () => {
      const text = (folder: string) => configuration[version](folder) + policy();
      dovecot = await startDovecot({ version, protocols: ['imap'], configuration: text });
    });
    afterAll(() => dovecot?.stop());

    async function logIn(user: string, password: string): Promise<string> {
      const imap = startDialogue({ port: dovecot.ports.imap, isLast: isLastOfImap, show: () => undefined });
      onTestFinished(() => imap.close());
      await imap.greeting();
      return (await imap.say(`a1 LOGIN ${user} ${password}`)).at(-1) ?? '';
    }

    test('a login that may pass is asked about, and its end is told', async () => {
      expect(await logIn('alice', 'secret')).toMatch(/^a1 OK /);
      const attempt = { user: 'alice', ip: '127.0.0.1', passwordTag: expect.stringMatching(/^[\da-f]{4}$/) };
      expect(asked[0]).toMatchObject(attempt);
      await expect
        .poll(() => reported)
        .toMatchObject([{ attempt, outcome: { kind: 'ok', wasRefused: false } }]);
    });

    test('a wrong password is told as a failure, under another tag', async () => {
      expect(await logIn('alice', 'guess')).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
      await expect.poll(() => reported).toMatchObject([{ outcome: { kind: 'failed', wasRefused: false } }]);
    });

    test('a refusal keeps out whoever has the right password, and is told as ours', async () => {
      judgement = { kind: 'refuse', why: 'Too many failures' };
      expect(await logIn('alice', 'secret')).toMatch(/^a1 NO .*Too many failures/);
      await expect.poll(() => reported).toMatchObject([{ outcome: { kind: 'failed', wasRefused: true } }]);
    });

    test('a delay lets pass in the end', async () => {
      judgement = { kind: 'delay', seconds: 1 };
      expect(await logIn('alice', 'secret')).toMatch(/^a1 OK /);
    });

    test('counters that are away keep nobody out', async () => {
      expect(await logIn('broken', 'secret')).toMatch(/^a1 OK /);
    });
  });
});
