/** Revocation with two daemons, and a doveadm that misbehaves on request. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/clock.ts';
import type { Log } from '../../../src/base/log.ts';
import { type Client, loginClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

const KEY = 'sesame-of-doveadm';
type Commands = [name: string, parameters: Record<string, string[]>, tag: string][];
/** How a request fares: a status, no answer at all, or a whole answer of doveadm's. */
let behave: (commands: Commands) => number | 'silent' | unknown[];
let heard: Commands[number][];
let doveadm: Server;
let database: TestDatabase;
let daemons: RunningDaemon[];
let clients: Client[];
let lines: string[];

const done = (commands: Commands) =>
  commands.map(([, , tag]) => ['doveadmResponse', [{ entries: '0' }], tag]);
const sql = (text: string) => withClient(database.url, (client) => client.query(text));
const eventually = <T>(look: () => T) => expect.poll(look);
const kicked = () => heard.filter(([name]) => name === 'kick').map(([, { mask }]) => mask?.[0]);

const log: Log = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (event: string, fields: object) => void lines.push(`${level} ${event} ${JSON.stringify(fields)}`),
  ]),
) as never;

/** What each daemon says to a login. */
const logIn = async (user: string, password: string): Promise<string[]> => {
  const asks = clients.map((client) => client.ask(`V1\tVERIFY\t${user}\t${password}\timap\t`));
  return (await Promise.all(asks)).map((reply) => {
    const [word = ''] = reply?.split('\t') ?? [];
    return ['NOUSER', 'MISMATCH', 'DISABLED'].includes(word) ? 'refused' : word;
  });
};

beforeAll(async () => {
  doveadm = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const isOurs = request.headers.authorization === `X-Dovecot-API ${Buffer.from(KEY).toString('base64')}`;
      const commands = JSON.parse(body) as Commands;
      const said = isOurs ? behave(commands) : 401;
      if (said === 'silent') return;
      if (typeof said === 'number') return response.writeHead(said).end();
      heard.push(...commands);
      response.end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => doveadm.listen(0, '127.0.0.1', resolve));
});
afterAll(() => doveadm.close());

beforeEach(async () => {
  behave = done;
  heard = [];
  lines = [];
  database = await createTestDatabase();
  await sql(`insert into unified.mail_domains (domain) values ('example.org'), ('other.org')`);
  for (const name of ['alice@example.org', 'bob@other.org']) {
    await sql(`insert into unified.users (username, email, system_uid) values ('${name}', '${name}', 5000)`);
  }
  await sql(
    `insert into unified.users (username, email, system_uid) values ('carol', 'carol@example.org', 5000)`,
  );
  await sql(`insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
    select id, 'dovecot', 'PLAIN', 'secret' from unified.users`);
  const { port } = doveadm.address() as AddressInfo;
  const settings = {
    doveadmUrls: [`http://127.0.0.1:${port}`],
    doveadmApiKey: KEY,
    rehashOnLogin: false,
    // A second kick comes when no login of before can be under way.
    answerDeadline: seconds(5),
    log,
  };
  daemons = await Promise.all([runDaemon(database.url, settings), runDaemon(database.url, settings)]);
  clients = daemons.map(({ login }) => loginClient(login));
  expect(await logIn('alice@example.org', 'secret')).toEqual(['OK', 'OK']);
  expect(await logIn('bob@other.org', 'secret')).toEqual(['OK', 'OK']);
});

afterEach(async () => {
  for (const client of clients) client.end();
  await Promise.all(daemons.map((daemon) => daemon.close()));
  await database.close();
  expect(lines.join('\n')).not.toMatch(/sesame|c2VzYW1l|secret/u);
});

const ALICE = `(select id from unified.users where username = 'alice@example.org')`;

describe('what takes access away', () => {
  const changes: Record<string, [change: string, kicks: string[]]> = {
    'a password that is changed': [
      `update unified.user_passwords set password_hash = 'other' where user_id = ${ALICE}`,
      ['alice@example.org'],
    ],
    'a password that is removed': [
      `delete from unified.user_passwords where user_id = ${ALICE}`,
      ['alice@example.org'],
    ],
    'a user who is locked': [
      `update unified.users set is_locked = true where id = ${ALICE}`,
      ['alice@example.org'],
    ],
    'a user who is switched off': [
      `update unified.users set is_active = false where id = ${ALICE}`,
      ['alice@example.org'],
    ],
    'a user who is removed': [`delete from unified.users where id = ${ALICE}`, ['alice@example.org']],
    'a user with another name': [
      `update unified.users set username = 'alison', email = 'alison@example.org' where id = ${ALICE}`,
      ['alice@example.org'],
    ],
    'the role no_email': [
      `insert into unified.user_roles (user_id, role_name) values (${ALICE}, 'no_email')`,
      ['alice@example.org'],
    ],
    'a domain that is switched off': [
      `update unified.mail_domains set is_active = false where domain = 'example.org'`,
      ['*@example.org', 'carol'],
    ],
  };
  test.each(Object.entries(changes))('%s', async (_, [change, kicks]) => {
    await sql(change);
    await eventually(() => logIn('alice@example.org', 'secret')).toEqual(['refused', 'refused']);
    // By both daemons.
    await eventually(() => kicked().toSorted()).toEqual([...kicks, ...kicks].toSorted());
    expect(heard[0]?.[0]).toBe('authCacheFlush');
    expect(await logIn('bob@other.org', 'secret')).toEqual(['OK', 'OK']);
  });

  test('nobody is kicked by what gives access, or by a rehash, or by an undone change', async () => {
    await sql(`insert into unified.user_passwords (user_id, service, label, hash_scheme, password_hash)
      values (${ALICE}, 'imap', 'phone', 'PLAIN', 'another')`);
    const { rows } =
      await sql(`select unified.rehash_password(id, '{PLAIN}secret', 'SHA256', 'x') as is_replaced
      from unified.user_passwords where user_id = ${ALICE} and label = ''`);
    expect(rows).toEqual([{ is_replaced: true }]);
    await sql(`update unified.users set first_name = 'Alice', is_locked = false where id = ${ALICE}`);
    await sql(`begin; update unified.users set is_locked = true; rollback`);
    await sql(`update unified.users set is_locked = true where username = 'carol'`);
    await eventually(kicked).toEqual(['carol', 'carol']);
  });

  test('the transaction that began first and commits last is not overlooked', async () => {
    await withClient(database.url, async (client) => {
      await client.query(`begin; update unified.users set is_locked = true where id = ${ALICE}`);
      await sql(`update unified.users set is_locked = true where username = 'carol'`);
      await eventually(kicked).toEqual(['carol', 'carol']);
      await client.query('commit');
    });
    await eventually(kicked).toEqual(['carol', 'carol', 'alice@example.org', 'alice@example.org']);
  });

  test('of 1,200 users whose passwords change at once, and of a late one among them, none is overlooked', async () => {
    await sql(`insert into unified.users (username, email, system_uid)
      select name, name, 5000 from (select 'u' || i || '@example.org' as name from generate_series(1, 1200) i) as n`);
    await sql(`insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
      select id, 'dovecot', 'PLAIN', 'secret' from unified.users where username like 'u%'`);
    await withClient(database.url, async (client) => {
      await client.query(`begin; update unified.users set is_locked = true where id = ${ALICE}`);
      await sql(`update unified.user_passwords set password_hash = 'other' where user_id in
        (select id from unified.users where username like 'u%')`);
      await eventually(() => new Set(kicked()).size).toBe(1200);
      await client.query('commit');
    });
    await eventually(() => new Set(kicked()).size).toBe(1201);
    await eventually(() => kicked().filter((name) => name === 'alice@example.org').length).toBeGreaterThan(1);
  });

  test('what happened while nobody listened is caught up', async () => {
    // The notification is for those who are there when it commits: both listeners are gone by then.
    await sql(`begin;
      update unified.user_passwords set password_hash = 'other' where user_id = ${ALICE};
      select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where application_name = 'dovetail listen' and datname = current_database();
      commit`);
    await eventually(() => logIn('alice@example.org', 'secret')).toEqual(['refused', 'refused']);
    await eventually(kicked).toEqual(['alice@example.org', 'alice@example.org']);
    expect(lines.filter((line) => line.includes('listen.lost'))).toHaveLength(2);
  });

  test('a login that was under way is ended by a second kick', async () => {
    await sql(`update unified.users set is_locked = true where username = 'carol'`);
    await eventually(kicked).toEqual(['carol', 'carol', 'carol', 'carol']);
  });
});

describe('a doveadm in trouble', () => {
  const troubles: Record<string, typeof behave> = {
    'that answers 500': () => 500,
    'that does not answer': () => 'silent',
    'that says temporary failure to each kick': (commands) =>
      commands.map(([, , tag]) => ['error', { type: 'exitCode', exitCode: 75 }, tag]),
  };
  test.each(Object.entries(troubles))('%s: logins are answered, and it is told later', async (_, trouble) => {
    behave = trouble;
    await sql(`update unified.users set is_locked = true where id = ${ALICE}`);
    await eventually(() => logIn('alice@example.org', 'secret')).toEqual(['refused', 'refused']);
    expect(await logIn('bob@other.org', 'secret')).toEqual(['OK', 'OK']);
    await eventually(() => lines.some((line) => line.includes('revocation.not_kicked'))).toBe(true);
    heard = [];
    behave = done;
    await eventually(() => new Set(kicked())).toEqual(new Set(['alice@example.org']));
  });

  test('whose authCacheFlush crashes still ends the sessions', async () => {
    behave = (commands) => (commands[0]?.[0] === 'authCacheFlush' ? 500 : done(commands));
    await sql(`update unified.users set is_locked = true where id = ${ALICE}`);
    await eventually(kicked).toEqual(['alice@example.org', 'alice@example.org']);
    await eventually(() => lines.some((line) => line.includes('revocation.not_flushed'))).toBe(true);
  });

  test('that knows nobody of that name is content', async () => {
    behave = (commands) =>
      commands.map(([name, , tag]) =>
        name === 'kick' ? ['error', { type: 'exitCode', exitCode: 68 }, tag] : ['doveadmResponse', [], tag],
      );
    await sql(`update unified.users set is_locked = true where id = ${ALICE}`);
    await eventually(kicked).toEqual(['alice@example.org', 'alice@example.org']);
    expect(lines.some((line) => line.includes('revocation.not_kicked'))).toBe(false);
  });
});
