/** hashes — logins whose hash is the price, through Dovecot, against its own SQL passdb with its auth cache.
 *
 * repeated  the same user again and again, BLF-CRYPT of cost 5: Dovecot's cache keeps the hash and verifies each
 * first     every login another user, ARGON2ID as dovetail makes it; and what the lookups of Postfix feel of it:
 *           one connection of them, idle and while 20 first logins are under way
 *
 * One Dovecot: 2.4 where it is installed, else 2.3. */

import path from 'node:path';
import { argon2id } from '../../../src/auth/schemes/argon2id.ts';
import { whatIsMissing } from '../../../src/demo/machine.ts';
import { machines } from '../../support/mail-servers/machines.ts';
import { type Ground, NUMBERED, type Passwords, startDoors } from '../dovecots.ts';
import { DOMAIN } from '../hosts.ts';
import { ask, type Question, writeQuestions } from '../load.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';

const DOORS = ['auth-worker', 'sql'] as const;
type Name = (typeof DOORS)[number];

/** A vector of crypt_blowfish. */
const BCRYPT: Passwords = {
  password: 'U*U',
  scheme: 'BLF-CRYPT',
  hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
};
const IN_FLIGHT = '20';
/** More than anybody does in one round: nobody logs in twice. */
const A_ROUND = 500;

export const hashes: Benchmark = {
  name: 'hashes',
  about: "repeated logins with BLF-CRYPT, first logins with ARGON2ID, against Dovecot's SQL passdb",
  async run(bench) {
    const client = await bench.compile('test/bench/clients/sasl-pipelined.c');
    const missing24 = await whatIsMissing(machines['2.4'], ['imap', 'sql']);
    const version = missing24 === undefined ? '2.4' : '2.3';
    const missing = missing24 && (await whatIsMissing(machines['2.3'], ['imap', 'sql']));
    if (!client || missing) {
      bench.say(`hashes: SKIPPED, ${missing ?? 'no C compiler'}`);
      return [];
    }
    const repeated = await startDoors(bench, version, DOORS, BCRYPT, 'cached');
    const rows = await measureRepeated(bench, client, repeated);
    await repeated.stop();
    const password = 'correct horse';
    const hash = await argon2id.hash(Buffer.from(password));
    const first = await startDoors(bench, version, DOORS, { password, scheme: 'ARGON2ID', hash }, 'cached');
    rows.push(...(await measureFirst(bench, client, first)));
    await first.stop();
    return rows;
  },
};

async function measureRepeated(bench: Workbench, client: string, ground: Ground<Name>): Promise<Row[]> {
  const { doors, user, password } = ground;
  const seconds = bench.quick ? '0.7' : '2';
  const one = (name: Name) => () => logIn([client, doors[name].auth, IN_FLIGHT, seconds, user, password]);
  const contestants = { 'auth-worker': one('auth-worker'), sql: one('sql') };
  await interleave(contestants, 1); // warm
  const rates = await interleave(contestants, bench.quick ? 3 : 7);
  return rowsOf('hashes, repeated logins, BLF-CRYPT', rates, 20);
}

async function measureFirst(bench: Workbench, client: string, ground: Ground<Name>): Promise<Row[]> {
  let next = 1;
  const seconds = bench.quick ? '1.5' : '3';
  const one = (name: Name) => () => {
    const { auth } = ground.doors[name];
    const from = next;
    next += A_ROUND;
    if (next > NUMBERED) throw new Error('hashes: there are no more users');
    return logIn([client, auth, IN_FLIGHT, seconds, DOMAIN, ground.password, `${from}`]);
  };
  const contestants = { 'auth-worker': one('auth-worker'), sql: one('sql') };
  const rates = await interleave(contestants, bench.quick ? 3 : 5);
  const rows = rowsOf('hashes, first logins, ARGON2ID', rates, 1.4);
  return [...rows, ...(await measureLookups(bench, ground.socketmap, one('auth-worker')))];
}

async function measureLookups(
  bench: Workbench,
  socketmap: string,
  firstLogins: () => Promise<number>,
): Promise<Row[]> {
  const questions = path.join(bench.folder, 'hashes.questions');
  await writeQuestions(questions, mailboxes());
  const seconds = bench.quick ? 1 : 2;
  const p99 = async () => (await ask(bench, socketmap, questions, { connections: 1, for: { seconds } })).p99;
  const contestants = {
    idle: p99,
    busy: async () => (await Promise.all([p99(), firstLogins()]))[0],
  };
  await p99(); // warm
  const { idle, busy } = await interleave(contestants, bench.quick ? 3 : 5);
  const row = (what: string, rounds: readonly number[]): Row => ({
    what: `hashes, p99 of cached lookups: ${what}`,
    value: median(rounds) / 1000,
    unit: 'ms',
    rounds,
  });
  return [
    row('idle', idle),
    row('during first logins', busy),
    {
      what: 'hashes, p99 of cached lookups: during first logins / idle',
      value: ratio(busy, idle),
      unit: 'times',
      goal: { atMost: 3 },
    },
  ];
}

function* mailboxes(): Generator<Question> {
  for (let n = 1; n <= 1000; n += 1) {
    yield { map: 'virtual_mailbox_maps', key: `${n}@${DOMAIN}`, value: `${DOMAIN}/${n}/` };
  }
}

async function logIn(command: readonly string[]): Promise<number> {
  const { stdout } = await mustRun(command);
  const measured = JSON.parse(stdout) as { logins: number; wrong: number; seconds: number };
  if (measured.wrong > 0) throw new Error(`hashes: ${measured.wrong} of ${measured.logins} logins failed`);
  return measured.logins / measured.seconds;
}

function rowsOf(what: string, rates: Rounds<Name>, atLeast: number): Row[] {
  const plain = (who: string, rounds: readonly number[]): Row => ({
    what: `${what}: ${who}`,
    value: median(rounds),
    unit: 'logins/s',
    rounds,
  });
  const times = ratio(rates['auth-worker'], rates.sql);
  return [
    plain('dovetail', rates['auth-worker']),
    plain("Dovecot's SQL passdb", rates.sql),
    { what: `${what}: dovetail / SQL`, value: times, unit: 'times', goal: { atLeast } },
  ];
}
