/** `dovetail limit usage` and `dovetail explain sender`: what the running daemon, or the Redis behind it, has counted. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { loginClient, policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startRedis } from '../../support/redis.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const USER = 'alice@example.org';
const CLIENT = '192.0.2.7';
let database: TestDatabase;

async function dovetail(line: string, env: Record<string, string> = {}, stdin = '') {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url, ...env }, stdin });
  return { code: await run(line.split(' '), world, commands, '0.0.0'), ...words };
}
async function must(line: string, env?: Record<string, string>, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line, env, stdin);
  expect({ line, code, stderr }).toMatchObject({ line, code: 0 });
  return stdout;
}

beforeAll(async () => {
  database = await createTestDatabase();
  await must('domain add example.org');
  await must(`user add ${USER} --password-stdin`, {}, 'correct horse\n');
  await must(`limit add recipients 1h 2 --user ${USER}`);
});
afterAll(() => database?.close());
async function start(
  redisUrl: string | null,
): Promise<{ daemon: RunningDaemon; env: Record<string, string> }> {
  const daemon = await runDaemon(database.url, { http: { host: '127.0.0.1', port: 0 }, redisUrl });
  onTestFinished(() => daemon.close());
  const at = daemon.addresses.find((one) => one.startsWith('inet:'))?.slice('inet:'.length) ?? '';
  return { daemon, env: { DOVETAIL_HTTP: at } };
}

async function send({ login, policy }: RunningDaemon, to: string): Promise<string | undefined> {
  const door = loginClient(login);
  expect(await door.ask(`V1\tVERIFY\t${USER}\tcorrect horse\tsmtp\t${CLIENT}`)).toMatch(/^OK/u);
  door.end();
  const client = policyClient(policy);
  const attributes = {
    sender: USER,
    recipient: to,
    sasl_username: USER,
    client_address: CLIENT,
    instance: to,
  };
  return client.ask(attributes).finally(client.end);
}

const servers = { 'in the memory of the daemon': undefined, 'in Redis': startRedis };

describe.each(Object.entries(servers))('what is counted %s', (_where, startServer) => {
  test('is shown by limit, and explained with a message', async () => {
    const redis = await startServer?.();
    if (redis) onTestFinished(() => redis.kill());
    const { daemon, env } = await start(redis?.url ?? null);
    const explain = `explain sender ${USER} --login ${USER} --recipient zoe@elsewhere.example --client ${CLIENT}`;
    expect(await send(daemon, 'a@elsewhere.example')).toBe('DUNNO');
    expect(await must(explain, env)).toMatch(/rate-limits +no objection/u);
    expect(await send(daemon, 'b@elsewhere.example')).toBe('DUNNO');
    const rows = JSON.parse(await must(`limit usage ${USER} --json`, env));
    const common = { by: 'user', whose: USER, within: 3600, over: 'waits' };
    expect(rows).toContainEqual({
      ...{ ...common, counter: 'recipients', used: 2, limit: 2 },
      frees: expect.toSatisfy((seconds: number) => seconds > 3000 && seconds <= 3960),
    });
    expect(rows).toContainEqual({ ...common, counter: 'messages', used: 2, limit: 1000, frees: 0 });
    expect(rows).toContainEqual(
      expect.objectContaining({
        ...{ by: 'credential', whose: expect.stringMatching(/^password \d+ of alice@example\.org$/u) },
        ...{ counter: 'new_networks', used: 1, limit: 10, over: 'suspends' },
      }),
    );
    expect(await must(`limit usage ${USER}`, env)).toMatch(
      /alice@example\.org +recipients +1h +2 +2 +waits +\d+/u,
    );
    expect(await must(explain, env)).toMatch(
      /rate-limits +450 4\.7\.1 Too many recipients: 2 of 2 in 60 minutes; try again in \d+ minutes/u,
    );
    expect(await must(explain, env)).toMatch(
      /and what may suspend one:\n {2}password \d+ of alice@example\.org: 1 new networks in 60 minutes, of 10\n/u,
    );
    // Nothing was counted by asking.
    expect(JSON.parse(await must(`limit usage ${USER} --json`, env))).toEqual(
      rows.map((row: object) => ({ ...row, frees: expect.any(Number) })),
    );
  });
});

test('of a daemon that is away nothing is known, and that is said', async () => {
  const env = { DOVETAIL_HTTP: '127.0.0.1:9' };
  const away = 'the counters are in the memory of the daemon, and it does not answer at http://127.0.0.1:9';
  expect(await dovetail(`limit usage ${USER}`, env)).toMatchObject({
    code: 75,
    stderr: expect.stringContaining(away),
  });
  const explained = await must(`explain sender ${USER} --login ${USER}`, env);
  expect(explained).toContain(`could not find out: ${away}`);
  expect(explained).toContain(`\n  not known: ${away}`);
});

test('passwords that are suspended are told with the sender, why, and how to undo it', async () => {
  const { env } = await start(null);
  const explain = `explain sender ${USER} --login ${USER}`;
  expect(await must(explain, env)).toContain(
    'none is suspended, and nothing is counted that may suspend one',
  );
  await must(`password suspend ${USER} --because lost`);
  expect(await must(explain, env)).toMatch(
    /\n {2}password \d+ of alice@example\.org: suspended since \S+ \S+ UTC: lost; dovetail password restore alice@example\.org undoes it\n/u,
  );
  await must(`password restore ${USER}`);
});

test('of bounces it is told that they must be a share of all recipients', async () => {
  const used = {
    by: 'credential',
    whose: `password 1 of ${USER}`,
    within: 3600,
    limit: 100,
    over: 'suspends',
  };
  const limits = [{ ...used, counter: 'bounces', used: 12, frees: 0 }];
  const daemon = createServer((_, response) => response.end(JSON.stringify({ kind: 'usage', limits })));
  await new Promise<void>((resolve) => daemon.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void daemon.close());
  const { port } = daemon.address() as AddressInfo;
  const env = { DOVETAIL_HTTP: `127.0.0.1:${port}`, DOVETAIL_BOUNCE_SHARE: '30' };
  expect(await must(`explain sender ${USER} --login ${USER}`, env)).toContain(
    `password 1 of ${USER}: 12 bounces in 60 minutes, of 100, and 30 % of all its recipients are needed too`,
  );
});

test('who does not exist has used nothing', async () => {
  const { env } = await start(null);
  expect(await dovetail('limit usage nobody@example.org', env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no user nobody@example.org'),
  });
});

describe('the commands for limits', () => {
  test('say what the limit is, for whom, and what becomes of mail over it', async () => {
    const said = await must('limit add new_networks 12h 5 --by credential --suspend --domain example.org');
    expect(said).toBe(
      'The limit of example.org is 5 new_networks in 12h, for each password; over it the password is suspended.\n',
    );
    expect(await must('limit list --domain example.org')).toMatch(
      /credential +new_networks +12h +5 +suspends/u,
    );
  });

  test.each([
    [`limit add recipients 1h 3 --user ${USER}`, `dovetail limit set recipients 1h --user ${USER} --max`],
    ['limit set messages 90s --max 7', 'dovetail limit add messages 90s …|unlimited'],
    [
      'limit remove messages 2d --domain example.org --by domain',
      'messages 2d --domain example.org --by domain',
    ],
    ['limit add messages 1h 3 --by network --domain example.org', '--by network is for everybody'],
    ['limit add new_recipients 1h 3 --by network', 'counts no new recipients'],
    ['limit add new_networks 1h 3 --by domain', 'choose --by user or --by credential'],
    ['limit add bytes 1h 3M --by credential --suspend', 'another counter'],
    ['limit add bounces 1h 3 --by credential', 'for bounces --by credential --suspend'],
  ])('refuse: %s', async (line, words) => {
    expect(await dovetail(line)).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });
});
