/** The salt of a SCRAM exchange tells a stranger nothing: not who exists, not who is switched off. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scramSha256 } from '../../../src/auth/schemes/scram-sha-256.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { createServices, type Services } from '../../../src/services.ts';
import { testSettings } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';

const DISABLING = {
  'is locked': 'update unified.users set is_locked = $2 where username = $1',
  'is inactive': 'update unified.users set is_active = not $2::boolean where username = $1',
  'is of an inactive domain': `update unified.mail_domains set is_active = not $2::boolean where domain = split_part($1, '@', 2)`,
  'may use no mail': `insert into unified.user_roles (user_id, role_name)
    select id, 'no_email' from unified.users where username = $1 and $2::boolean`,
} as const;
const userOf = (state: string): string => `alice@${state.replace(/ /g, '-')}.example`;

let server: TestServer;
const opened: Services[] = [];
const logged: string[] = [];

const rows = (text: string, values: unknown[] = []) =>
  withClient(server.url, async (client) => (await client.query(text, values)).rows);

/** A daemon's services with nothing in memory yet. */
async function openNode(): Promise<Services> {
  const write = (event: string, fields?: object) => void logged.push(event, JSON.stringify(fields ?? {}));
  const services = createServices({
    settings: await testSettings({ guessing: 'off' }),
    url: server.url,
    clock: systemClock,
    log: { debug: write, info: write, warn: write, error: write },
    mayWrite: true,
  });
  opened.push(services);
  return services;
}

async function firstReply(node: Services, user: string, name = 'SCRAM-SHA-256') {
  const { mechanisms, ...sasl } = node.sasl;
  const mechanism = mechanisms.find((one) => one.name === name);
  const exchange = mechanism?.begin({ protocol: 'smtp', ip: '192.0.2.7' }, sasl);
  return exchange?.step(`n,,n=${user},r=abc`);
}

/** The salt and the iterations. */
async function shown(node: Services, user: string, name?: string): Promise<string> {
  const step = await firstReply(node, user, name);
  return step?.kind === 'challenge' ? step.data.toString().replace(/^r=[^,]+,/u, '') : (step?.kind ?? '');
}

beforeAll(async () => {
  server = await createTestServer();
  for (const user of Object.keys(DISABLING).map(userOf)) {
    await rows('insert into unified.mail_domains (domain) values ($1)', [user.split('@')[1]]);
    await rows('insert into unified.users (email) values ($1)', [user]);
    await rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
       select id, 'dovecot', 'SCRAM-SHA-256', $2 from unified.users where email = $1`,
      [user, await scramSha256.hash?.(Buffer.from('secret'))],
    );
  }
});

afterAll(async () => {
  await Promise.all(opened.map((services) => services.close()));
  await server?.stop();
});

describe.each(Object.entries(DISABLING))('who %s', (state, sql) => {
  test('is shown the salt that he was shown before', async () => {
    const user = userOf(state);
    const before = await shown(await openNode(), user);
    expect(before).toMatch(/^s=[\w+/]{22}==,i=50000$/u);
    await rows(sql, [user, true]);
    const node = await openNode();
    expect(await node.logins.verify({ user, password: 'secret', protocol: 'smtp', ip: undefined })).toEqual({
      kind: 'disabled',
      because: 'user',
    });
    expect(await shown(node, user)).toBe(before);
    // Of a mechanism for which he has no password he has nothing to show, before and after.
    expect(await shown(node, user, 'SCRAM-SHA-1')).toBe(await shown(node, user.toUpperCase(), 'SCRAM-SHA-1'));
  });
});

describe('who does not exist', () => {
  test('is shown one salt by all daemons, and after a restart', async () => {
    const salt = await shown(await openNode(), 'nobody@example.org');
    expect(salt).toMatch(/^s=[\w+/]{22}==,i=50000$/u);
    expect(await shown(await openNode(), 'Nobody@example.org')).toBe(salt);
    expect(await shown(await openNode(), 'nobody.else@example.org')).not.toBe(salt);
  });

  test('is shown another elsewhere', async () => {
    const salt = await shown(await openNode(), 'nobody@example.org');
    await rows(`update unified.salt_secrets set secret = sha256('another host')`);
    expect(await shown(await openNode(), 'nobody@example.org')).not.toBe(salt);
  });

  test('is told to come later while the secret is not known', async () => {
    const node = await openNode();
    const elsewhere = await openNode();
    const salt = await shown(elsewhere, 'nobody@example.org');
    await server.kill();
    expect(await shown(node, 'nobody@example.org')).toBe('later');
    await server.start();
    await expect.poll(() => shown(node, 'nobody@example.org')).toBe(salt);
  });

  test('is told so too where there is no secret, which the log says', async () => {
    const [kept] = await rows('delete from unified.salt_secrets returning secret');
    expect(await shown(await openNode(), 'nobody@example.org')).toBe('later');
    expect(logged).toContain('salts.no_secret');
    await rows('insert into unified.salt_secrets (secret) values ($1)', [kept.secret]);
  });

  test('leaves no trace of the secret in the log', async () => {
    const [{ secret }] = await rows('select secret from unified.salt_secrets');
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(logged.join('\n')).not.toContain(secret.toString(encoding));
    }
    expect(logged.join('\n')).not.toContain(JSON.stringify(secret).slice(0, 40));
  });
});
