/** Tokens end to end: real Dovecot of both versions asks /oauth2/introspect, and says who may in. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { isLastOfImap, startDialogue } from '../../../src/demo/dialogue.ts';
import { type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';
import { startDovecot, type TestDovecot } from '../../support/mail-servers/dovecot.ts';
import { canRunDovecot } from '../../support/mail-servers/machines.ts';
import { AUDIENCE, createIssuer, ISSUER, type Issuer } from '../../support/tokens.ts';

let database: TestServer;
let daemon: RunningDaemon;
let issuer: Issuer;
let url = '';
const email = 'alice@example.org';

beforeAll(async () => {
  database = await createTestServer();
  await withClient(database.url, async (client) => {
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    await client.query(
      `insert into unified.users (email, is_active) values ($1, true), ('off@example.org', false)`,
      [email],
    );
  });
  issuer = await createIssuer();
  issuer.write(keyFile());
  await startDaemon();
});

const keyFile = (): string => join(inject('runFolder'), `jwks-${process.pid}.json`);

/** The second time at the same port. */
async function startDaemon(): Promise<void> {
  const port = url === '' ? 0 : Number(new URL(url).port);
  const jwt = { jwtKeys: keyFile(), jwtIssuer: ISSUER, jwtAudience: AUDIENCE };
  daemon = await runDaemon(database.url, { http: { host: '127.0.0.1', port }, ...jwt });
  url = `http://${daemon.addresses.find((one) => one.startsWith('inet:'))?.slice('inet:'.length)}`;
}

afterAll(async () => {
  await daemon?.close();
  await database?.stop();
});

const ask = async (token: string) => {
  const body = new URLSearchParams({ token });
  const response = await fetch(`${url}/oauth2/introspect`, { method: 'POST', body });
  return [response.status, await response.json()];
};

describe('introspection', () => {
  test('tells whose a good token is, and where the mailbox lies', async () => {
    const active = { active: true, username: email, uid: '5000', home: expect.stringContaining('alice') };
    expect(await ask(await issuer.sign({ email }))).toEqual([200, expect.objectContaining(active)]);
    const headers = { authorization: `Bearer ${await issuer.sign({ email })}` };
    expect(await (await fetch(`${url}/oauth2/introspect`, { headers })).json()).toMatchObject(active);
  });

  test('says the same of a bad token, an unknown user and a disabled one', async () => {
    for (const token of [
      'x',
      await issuer.sign({ email: 'nobody@example.org' }),
      await issuer.sign({ email: 'off@example.org' }),
    ])
      expect(await ask(token)).toEqual([200, { active: false }]);
  });

  test('refuses a question without a token, and one that is too long', async () => {
    expect(await ask('')).toEqual([400, { error: 'invalid_request' }]);
    expect(await ask('x'.repeat(100_000))).toEqual([413, { error: 'invalid_request' }]);
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const initial = {
  XOAUTH2: (user: string, token: string) => base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`),
  OAUTHBEARER: (user: string, token: string) => base64(`n,a=${user},\x01auth=Bearer ${token}\x01\x01`),
};

const configurations: Readonly<Record<DovecotVersion, (url: string) => (folder: string) => string>> = {
  '2.3': () => (folder) =>
    `
auth_mechanisms = plain oauthbearer xoauth2
disable_plaintext_auth = no
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = ${folder}/etc/oauth2.ext
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=${folder}/%u
}
`,
  '2.4': (server) => (folder) =>
    `
auth_allow_cleartext = yes
auth_mechanisms {
  plain = no
  oauthbearer = yes
  xoauth2 = yes
}
oauth2 {
  introspection_mode = post
  introspection_url = ${server}/oauth2/introspect
  username_attribute = username
  active_attribute = active
  active_value = true
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
const oauth2Ext = (server: string): string => `\
introspection_url = ${server}/oauth2/introspect
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
`;

describe.each(['2.3', '2.4'] as const)('Dovecot %s', async (version) => {
  const canRun = await canRunDovecot(version, ['imap']);

  describe.skipIf(!canRun)('asks dovetail about a token', () => {
    let dovecot: TestDovecot;

    beforeAll(async () => {
      dovecot = await startDovecot({
        version,
        protocols: ['imap'],
        configuration: configurations[version](url),
        files: version === '2.3' ? { 'oauth2.ext': oauth2Ext(url) } : {},
      });
    });
    afterAll(() => dovecot?.stop());

    async function authenticate(
      mechanism: keyof typeof initial,
      user: string,
      token: string,
    ): Promise<string> {
      const isLast = (line: string, sent: string): boolean =>
        (sent === '' ? line.startsWith('a1 ') || line.startsWith('* OK') : isLastOfImap(line, sent)) ||
        line.startsWith('+');
      const imap = startDialogue({ port: dovecot.ports.imap, isLast, show: () => undefined });
      onTestFinished(() => imap.close());
      await imap.greeting();
      const said = await imap.say(`a1 AUTHENTICATE ${mechanism} ${initial[mechanism](user, token)}`);
      const last = said.at(-1) ?? '';
      if (!last.startsWith('+')) return last;
      // A refusal is told in JSON first, and the client has to answer.
      const { status } = JSON.parse(Buffer.from(last.slice('+ '.length), 'base64').toString());
      return `${(await imap.say('')).at(-1)} (${status})`;
    }

    test.each(['XOAUTH2', 'OAUTHBEARER'] as const)('%s', async (mechanism) => {
      expect(await authenticate(mechanism, email, await issuer.sign({ email }))).toMatch(/^a1 OK /);
      expect(await authenticate(mechanism, email, 'guess')).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
      const unknown = await issuer.sign({ email: 'nobody@example.org' });
      expect(await authenticate(mechanism, 'nobody@example.org', unknown)).toMatch(
        /^a1 NO \[AUTHENTICATIONFAILED\]/,
      );
      const another = await issuer.sign({ email });
      expect(await authenticate(mechanism, 'bob@example.org', another)).toMatch(/^a1 NO /);
      const off = 'off@example.org';
      expect(await authenticate(mechanism, off, await issuer.sign({ email: off }))).toMatch(
        /^a1 NO \[AUTHENTICATIONFAILED\]/,
      );
    });

    const bad = {
      'that has expired': { exp: Math.floor(Date.now() / 1000) - 60 },
      'for another audience': { aud: 'wiki' },
      'of another issuer': { iss: 'https://elsewhere.example' },
    };
    test.each(Object.entries(bad))('a token %s is refused', async (_, claims) => {
      const token = await issuer.sign({ email, ...claims });
      expect(await authenticate('OAUTHBEARER', email, token)).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
    });

    test('after the keys were changed in the file the new one is good, and the old one no more', async () => {
      const next = await createIssuer('two');
      next.write(keyFile());
      try {
        expect(await authenticate('XOAUTH2', email, await next.sign({ email }))).toMatch(/^a1 OK /);
        expect(await authenticate('XOAUTH2', email, await issuer.sign({ email }))).toMatch(
          /^a1 NO \[AUTHENTICATIONFAILED\]/,
        );
      } finally {
        issuer.write(keyFile());
      }
    });

    describe('what could not be found out is told as that:', () => {
      const answers = async () => [
        await authenticate('XOAUTH2', email, await issuer.sign({ email })),
        await authenticate(
          'OAUTHBEARER',
          'nobody@example.org',
          await issuer.sign({ email: 'nobody@example.org' }),
        ),
      ];
      // 2.4.1 has no other word for it in the end, but says it in JSON (auth-sasl-mech-oauth2.c).
      const temporary = {
        '2.3': /^a1 NO \[UNAVAILABLE\]/,
        '2.4': /^a1 NO \[AUTHENTICATIONFAILED\].* \((?:500|internal_failure)\)$/,
      }[version];
      const untilBack = () =>
        expect
          .poll(async () => authenticate('XOAUTH2', email, await issuer.sign({ email })))
          .toMatch(/^a1 OK /);

      test('the daemon is away', async () => {
        await daemon.close();
        try {
          for (const answer of await answers()) expect(answer).toMatch(temporary);
        } finally {
          await startDaemon();
        }
        await untilBack();
      });

      test('the database is away', async () => {
        await database.kill();
        await daemon.untilDeaf();
        try {
          for (const answer of await answers()) expect(answer).toMatch(temporary);
        } finally {
          await database.start();
        }
        await untilBack();
      });
    });
  });
});

describe('with the database away', () => {
  test('nothing is said of a token', async () => {
    await database.stop();
    await daemon.untilDeaf();
    expect(await ask(await issuer.sign({ email }))).toEqual([503, { error: 'temporarily_unavailable' }]);
    expect(await ask('guess')).toEqual([200, { active: false }]);
  });
});
