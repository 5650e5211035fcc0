/** More logins at once than hashes can be computed: what each door says then, and who else is still answered. */

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { minutes } from '../../../src/base/clock.ts';
import { authDict } from '../../../src/protocol/dict-auth.ts';
import { loginClient, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { addUser, type Doors, doors, type Heard, openDoors } from './doors.ts';

const ALICE = 'alice@example.org';
/** Enough that nobody knocks twice: a password that was right is remembered, and costs no hash. */
const TWINS = 500;
const ip = '203.0.113.7';

let database: TestDatabase;
let open: Doors;
let knocks = 0;

/** Somebody with the right password. */
function nextTwin(): string {
  knocks += 1;
  if (knocks > TWINS) throw new Error('everybody has knocked');
  return `twin${knocks}@example.org`;
}

const rows = async (text: string, values: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, values)).rows);

beforeAll(async () => {
  database = await createTestDatabase();
  await addUser(database.url, ALICE);
  await rows(
    `insert into unified.users (username, email)
     select name, name from (select format('twin%s@example.org', n) as name from generate_series(1, $1) as n) as twins`,
    [TWINS],
  );
  await rows(
    `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
     select twin.id, 'dovecot', hash_scheme, password_hash
     from unified.user_passwords join unified.users as alice on alice.id = user_id, unified.users as twin
     where alice.username = $1 and twin.username like 'twin%'`,
    [ALICE],
  );
});
afterAll(() => database?.close());
beforeEach(async () => {
  open = await openDoors(database.url, { hashQueue: 0 });
});
afterEach(() => open?.close());

/** Keeps the queue full: whoever gets his answer is followed by the next. Nobody hears who they are. */
function flood() {
  let ends = false;
  let shed = 0;
  const crowd = Array.from({ length: 12 }, async (_, n) => {
    const request = { user: `nobody${n}@example.org`, protocol: 'imap', ip: undefined };
    while (!ends) {
      // One that was wrong a moment ago costs no hash.
      const { kind } = await open.services.logins.verify({ ...request, password: randomUUID() });
      if (kind !== 'later') continue;
      shed += 1;
      await setTimeout(1);
    }
  });
  return {
    shed: () => shed,
    async end() {
      ends = true;
      await Promise.all(crowd);
    },
  };
}

test('while fifty ARGON2ID logins are computed, maps are answered', async () => {
  const daemon = await runDaemon(database.url, { answerDeadline: minutes(1) });
  onTestFinished(() => daemon.close());
  const answered: string[] = [];
  const logins = Array.from({ length: 50 }, async () => {
    const client = loginClient(daemon.login);
    const answer = await client.ask(`V1\tVERIFY\t${nextTwin()}\tsecret\timap\t${ip}`);
    answered.push(`login ${answer?.split('\t')[0]}`);
    client.end();
  });
  await Promise.race(logins);
  const maps = socketmapClient(daemon.socketmap);
  for (let n = 1; n <= 20; n += 1) {
    answered.push(`map ${(await maps.ask(`virtual_mailbox_maps twin${n}@example.org`))?.split(' ')[0]}`);
  }
  maps.end();
  await Promise.all(logins);
  expect(answered.filter((one) => one === 'login OK')).toHaveLength(50);
  expect(answered.filter((one) => one === 'map OK')).toHaveLength(20);
  // One after the other, twenty lookups were over before the hashes were.
  expect(answered.lastIndexOf('map OK')).toBeLessThan(answered.lastIndexOf('login OK'));
});

describe('a password whose hash needs more memory than there is for hashes', () => {
  const LARGE = 'large@example.org';
  beforeAll(async () => {
    await rows('insert into unified.users (username, email) values ($1, $1)', [LARGE]);
    await rows(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
       select id, 'dovecot', 'ARGON2ID', '$argon2id$v=19$m=1048576,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA'
       from unified.users where username = $1`,
      [LARGE],
    );
  });
  beforeEach(async () => {
    await open.close();
    open = await openDoors(database.url, { hashMemory: 64 * 2 ** 20 });
  });

  test.each(doors)('%s says "later", and never "wrong"; others come in', async (door) => {
    expect(await open.knock(door, { user: LARGE, password: 'secret', ip }).heard).toBe('later');
    expect(await open.knock(door, { user: nextTwin(), password: 'secret', ip }).heard).toBe('in');
  });
});

describe('while all places before the hashes are taken', () => {
  let crowd: ReturnType<typeof flood>;
  beforeEach(async () => {
    crowd = flood();
    await expect.poll(crowd.shed).toBeGreaterThan(0);
  });
  afterEach(() => crowd?.end());

  test.each(doors)('%s says "later", and never "wrong"', async (door) => {
    const heard: Heard[] = [];
    // Now and then one gets a place: he is answered the truth.
    while (heard.filter((one) => one === 'later').length < 3) {
      heard.push(await open.knock(door, { user: nextTwin(), password: 'secret', ip }).heard);
    }
    expect(heard).not.toContain('wrong');
    expect(heard).not.toContain('gone');
  });

  test('who is turned away has not guessed, and has not failed', async () => {
    for (let turnedAway = 0; turnedAway < 20; ) {
      const heard = await open.knock('login.sock', { user: nextTwin(), password: 'secret', ip }).heard;
      if (heard === 'later') turnedAway += 1;
    }
    expect(await open.services.findings({ user: ALICE, ip })).toMatchObject({ wrong_passwords: 0, users: 0 });
    await crowd.end();
    await open.close();
    expect(await rows('select 1 from unified.audit_log where not success and user_id is not null')).toEqual(
      [],
    );
    expect(await rows('select 1 from unified.users where failed_login_attempts > 0')).toEqual([]);
  });

  test('what needs no hash is answered as ever: mailboxes, hashes for Dovecot, maps', async () => {
    const { logins, lookup } = open.services;
    expect((await logins.find(ALICE)).kind).toBe('ok');
    const key = { path: `shared/passdb/imap/${ALICE}`, user: ALICE };
    expect((await authDict(logins).lookup(key)).kind).toBe('found');
    expect((await lookup.answer('virtual_mailbox_maps', ALICE)).kind).toBe('found');
  });
});
