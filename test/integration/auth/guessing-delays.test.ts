/** Who guesses is kept waiting: whom else that holds up, and when it ends. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { minutes } from '../../../src/base/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { connect } from '../net/peer.ts';
import { addUser, type Door, type Doors, doors, openDoors } from './doors.ts';

const BOB = 'bob@example.org';
const [stranger, neighbour, home] = ['203.0.113.7', '203.0.113.99', '192.0.2.7'];

let database: TestDatabase;
let open: Doors;
let count = 0;
/** A user of each test's own, at whom somebody guesses from the stranger's network. */
let user: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await addUser(database.url, BOB, 'PLAIN');
});
afterAll(() => database?.close());

beforeEach(async () => {
  count += 1;
  user = `user${count}@example.org`;
  await addUser(database.url, user, 'PLAIN');
  // So long that no test passes because a delay was over.
  const patience = { answerDeadline: minutes(30), guessingLongestDelay: minutes(20) };
  open = await openDoors(database.url, { ...patience, guessingFree: 1, guessingPasswords: 50 });
  for (let n = 0; n < 15; n += 1) {
    const attempt = { user, ip: stranger, protocol: 'imap', passwordTag: `${n}`, session: '' };
    await open.services.guessing.report(attempt, { kind: 'failed', wasRefused: false, why: 'credentials' });
  }
});
afterEach(() => open?.close());

const guess = (door: Door, password: string, ip = stranger) => open.knock(door, { user, password, ip });
const counted = async () => {
  const found = await open.services.findings({ user, ip: stranger });
  return found.kind === 'counted' ? found.wrong_passwords : found.kind;
};
const laters = () =>
  open.services.counts.logins.read().find(({ labels }) => labels.join(' ') === 'imap later')?.count ?? 0;

describe.each(doors)('a guesser at %s', (door) => {
  test('holds up nobody else, and takes up no more than some places', async () => {
    // The program itself gives up after five seconds.
    const filling = door === 'checkpassword' ? 'login.sock' : door;
    const guesses = ['a', 'b', 'c', 'd', 'e'].map((word) => guess(filling, `guess ${word}`).heard);
    expect(await Promise.race(guesses)).toBe('wrong');
    await expect.poll(open.connections).toBe(4);
    expect(await open.knock(door, { user: BOB, password: 'secret', ip: home }).heard).toBe('in');
    expect(await open.knock(door, { user: BOB, password: 'secret', ip: neighbour }).heard).toBe('in');
    expect(await guess(door, 'secret', home).heard).toBe('in');
  });

  test('is told the truth when the daemon ends', async () => {
    const [right, wrong] = [guess(door, 'secret'), guess(door, 'guess')];
    await expect.poll(open.connections).toBe(2);
    await open.drain();
    expect(await Promise.all([right.heard, wrong.heard])).toEqual(['in', 'wrong']);
  });
});

test.each(['login.sock', 'auth.sock', 'auth-worker.sock'] as const)(
  'a guesser who leaves %s before he is answered has not guessed',
  async (door) => {
    const attempt = guess(door, 'guess');
    await expect.poll(open.connections).toBe(1);
    attempt.leave();
    await expect.poll(laters).toBe(1);
    expect(await counted()).toBe(15);
  },
);

test('on one connection of auth.sock he holds up nobody, and may take his guess back', async () => {
  const peer = await connect(`unix:${open.paths['auth.sock']}`);
  onTestFinished(() => void peer.socket.destroy());
  const plain = (id: number, who: string, password: string, ip: string) => {
    const response = Buffer.from(`\0${who}\0${password}`).toString('base64');
    return `AUTH\t${id}\tPLAIN\tservice=imap\trip=${ip}\tresp=${response}\n`;
  };
  peer.send(`VERSION\t1\t2\nCPID\t1\n${plain(1, user, 'guess', stranger)}${plain(2, BOB, 'secret', home)}`);
  await expect.poll(() => peer.receive(1).then(String)).toMatch(/DONE\nOK\t2\t/);
  peer.send('CANCEL\t1\n');
  await expect.poll(laters).toBe(1);
  expect(await counted()).toBe(15);
});
