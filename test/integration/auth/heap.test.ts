/** When a login is over, the daemon holds no password that was typed: what it keeps of a request is its own copy, and not a
 * part of the line in which the password stood.
 *
 * bugs     What JavaScript has let go of is not looked at, though it lies in memory until something else is written there;
 *          nor are the threads that compute hashes for want of a native library */

import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

const ALICE = 'alice@example.org';
const OLD = 'old@example.org';
const CRYPT = 'crypt@example.org';
/** Of a length at which JavaScript makes parts of strings, not copies. */
const unique = (): string => `typed-${randomBytes(16).toString('hex')}`;
const right = { [ALICE]: unique(), [OLD]: unique(), [CRYPT]: unique() };

let database: TestDatabase;
let child: ChildProcess;
let folder: string;

const rows = (text: string, values: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, values)).rows);

beforeAll(async () => {
  database = await createTestDatabase();
  await rows(`insert into unified.mail_domains (domain) values ('example.org')`);
  const hashes = {
    [ALICE]: await createPasswordHash(right[ALICE] ?? ''),
    [OLD]: `{SHA512}${sha512(right[OLD] ?? '')}`,
    [CRYPT]: await createPasswordHash(right[CRYPT] ?? '', 'SHA512-CRYPT'),
  };
  for (const [user, stored] of Object.entries(hashes)) {
    const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(stored) ?? [];
    await rows(
      `with one as (insert into unified.users (email) values ($1) returning id)
       insert into unified.user_passwords (user_id, hash_scheme, password_hash) select id, $2, $3 from one`,
      [user, scheme, text],
    );
  }
  folder = join(inject('runFolder'), `heap-${randomUUID().slice(0, 8)}`);
  mkdirSync(folder);
  child = fork(join(import.meta.dirname, 'heap-daemon.ts'), [database.url, folder], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  });
  expect(await once(child, 'message')).toEqual(['ready', undefined]);
});

afterAll(async () => {
  child?.kill();
  await database?.close();
});

const sha512 = (text: string): string => createHash('sha512').update(text).digest('base64');

interface Typed {
  readonly user: string;
  readonly password: string;
  readonly ip: string;
}
const base64 = ({ user, password }: Typed): string =>
  Buffer.from(`\0${user}\0${password}`).toString('base64');

/** By socket: what is said first, and with each login. */
const doors = {
  'login.sock': {
    n: 0,
    hello: '',
    ask: ({ user, password, ip }: Typed) => `V1\tVERIFY\t${user}\t${password}\timap\t${ip}\n`,
  },
  'auth-worker.sock': {
    n: 1,
    hello: 'VERSION\tauth-worker\t1\t0\n',
    ask: ({ user, password, ip }: Typed) =>
      `7\tPASSV\t1\t${password}\tuser=${user}\tprotocol=imap\trip=${ip}\n`,
  },
  'auth.sock': {
    n: 2,
    hello: 'VERSION\t1\t2\nCPID\t4711\n',
    ask: (typed: Typed) => `AUTH\t1\tPLAIN\tservice=smtp\trip=${typed.ip}\tresp=${base64(typed)}\n`,
  },
};

/** Resolves with the words of the answers. */
async function logIn(
  { n, hello, ask }: (typeof doors)['login.sock'],
  all: readonly Typed[],
): Promise<string[]> {
  const socket = connect(join(folder, `${n}.sock`));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answers: string[] = [];
  socket.write(hello);
  for (const typed of all) {
    socket.write(ask(typed));
    for (;;) {
      const { value = '', done } = await lines.next();
      const [, word] = /^(?:7\t)?(OK|FAIL|MISMATCH|NOUSER)(?:\t|$)/u.exec(value) ?? [];
      if (word) answers.push(word);
      if (word || done) break;
    }
  }
  socket.destroy();
  return answers;
}

test("no password is left of logins that were right, wrong, or nobody's", { timeout: 120_000 }, async () => {
  const typed: Typed[] = [
    ...Object.entries(right).map(([user, password]) => ({ user, password, ip: '192.0.2.7' })),
    { user: ALICE, password: unique(), ip: '192.0.2.8' },
    { user: 'nobody@example.org', password: unique(), ip: '2001:db8::9' },
  ];
  const others = Array.from({ length: 60 }, (_, n) => ({
    user: `nobody-${'x'.repeat(100)}-${n}@example.org`,
    password: 'y'.repeat(200) + n,
    ip: '192.0.2.9',
  }));
  for (const door of Object.values(doors)) {
    const answers = await logIn(door, typed);
    expect(answers.map((word) => word === 'OK')).toEqual([true, true, true, false, false]);
  }
  // Its hash was made anew meanwhile, of the password.
  const scheme = `select hash_scheme from unified.user_passwords join unified.users u on u.id = user_id where email = $1`;
  await expect.poll(() => rows(scheme, [OLD])).toEqual([{ hash_scheme: 'ARGON2ID' }]);
  // Buffers that many share are written over by those who come next.
  for (const door of Object.values(doors)) expect(await logIn(door, others)).toHaveLength(others.length);
  child.send('dump');
  await once(child, 'message');
  const strings = readFileSync(join(folder, 'strings.heapsnapshot'));
  const buffers = readFileSync(join(folder, 'buffers'));
  // It is the right heap, and shows what is in it: names are kept, and are parts of no line.
  expect(strings.includes('nobody@example.org')).toBe(true);
  expect(buffers.includes(others.at(-1)?.password ?? '')).toBe(true);
  const found = typed.flatMap((one) =>
    [one.password, base64(one)].flatMap((needle) => [
      ...(strings.includes(needle) ? [`a string of ${one.user}: ${needle}`] : []),
      ...(buffers.includes(needle) ? [`a buffer of ${one.user}: ${needle}`] : []),
    ]),
  );
  expect(found).toEqual([]);
});
