/** Receive, send and manage, as the command line grants them and as Postfix then sees them: none brings another along. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { policyClient, type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const SALES = 'sales@example.org';

let database: TestDatabase;
let daemon: RunningDaemon;

beforeAll(async () => {
  database = await createTestDatabase();
  await must('domain add example.org');
  for (const name of ['member', 'sender', 'manager', 'steward', 'agent', 'owner'])
    await must(`user add ${name}@example.org --no-password`);
  await must(`alias add ${SALES} member@example.org --no-send-as --owner owner@example.org`);
  await must(`sender add ${SALES} sender@example.org`);
  await must('sender add @example.org agent@example.org');
  await must(`manager add ${SALES} manager@example.org`);
  await must('manager add @example.org steward@example.org');
  daemon = await runDaemon(database.url);
});
afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

async function must(line: string): Promise<void> {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url } });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  expect({ line, code, stderr: code === 0 ? '' : words.stderr }).toEqual({ line, code: 0, stderr: '' });
}

/** Whether Postfix takes mail with the group as sender from this login. */
async function maySend(login: string): Promise<boolean> {
  const client = policyClient(daemon.policy);
  const attributes = { sender: SALES, sasl_username: login, recipient: 'friend@elsewhere.net' };
  const action = await client.ask(attributes).finally(client.end);
  expect(action).toMatch(/^(?:DUNNO|553 5\.7\.1 )/u);
  return action === 'DUNNO';
}

async function listed(map: string): Promise<readonly string[]> {
  const client = socketmapClient(daemon.socketmap);
  const reply = (await client.ask(`${map} ${SALES}`).finally(client.end)) ?? '';
  return reply.replace(/^OK /u, '').split(/, ?/u);
}

async function mayManage(login: string): Promise<boolean> {
  const { rowCount } = await withClient(database.url, (client) =>
    client.query(
      `select 1 from unified.mail_rights
       where login = $1 and access_right = 'manage' and address in ($2, '@example.org')`,
      [login, SALES],
    ),
  );
  return rowCount !== 0;
}

test.each([
  ['a member', 'member', { receives: true, sends: false, manages: false }],
  ['who was granted to send', 'sender', { receives: false, sends: true, manages: false }],
  ['who was granted to send as any of the domain', 'agent', { receives: false, sends: true, manages: false }],
  ['a manager', 'manager', { receives: false, sends: false, manages: true }],
  ['a manager of the domain', 'steward', { receives: false, sends: false, manages: true }],
  ['the owner', 'owner', { receives: false, sends: true, manages: true }],
])('%s', async (_who, name, rights) => {
  const login = `${name}@example.org`;
  expect({
    receives: (await listed('virtual_alias_maps')).includes(login),
    sends: await maySend(login),
    manages: await mayManage(login),
  }).toEqual(rights);
  expect((await listed('smtpd_sender_login_maps')).includes(login)).toBe(rights.sends);
});
