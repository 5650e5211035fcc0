/* The database killed while mailboxes report: what was said to be written is, and the truth comes later. */

import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runDaemon } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';
import { connect } from '../net/peer.ts';

const USERS = 40;

let server: TestServer;
let closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  // What is written must survive a kill.
  server = await createTestServer({ settings: { synchronous_commit: 'on' } });
  await sql("insert into unified.mail_domains (domain) values ('example.org')");
  await sql(
    `insert into unified.users (email) select 'user' || n || '@example.org' from generate_series(1, ${USERS}) as n`,
  );
});

afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
  await server.stop();
});

const sql = (text: string) => withClient(server.url, async (client) => (await client.query(text)).rows);

interface Reported {
  /** The newest total that was answered, and the newest that was answered with `O`. */
  last: number;
  written: number;
  readonly answers: Set<string>;
}

/** One user's mailbox grows and tells of it, as quota_clone of 2.4 does, until it is told to stop. */
async function grow(path: string, user: string, reported: Reported, stop: AbortSignal): Promise<void> {
  const peer = await connect(`unix:${path}`);
  peer.send('H4\t0\t0\t\tquota\n');
  for (let total = 1; !stop.aborted; total += 1) {
    peer.forget();
    peer.send(`B${total}\t${user}\t0\nS${total}\tpriv/quota/storage\t${total}\nC${total}\n`);
    const answer = (await peer.receive(1)).toString().slice(0, 1);
    reported.answers.add(answer);
    reported.last = total;
    if (answer === 'O') reported.written = total;
    if (answer === '') break;
  }
  peer.socket.destroy();
}

test('PostgreSQL killed under load: each commit is answered, none that is O is lost, and all is written in the end', async () => {
  const daemon = await runDaemon(server.url, { queryDeadline: 1000 });
  closers.push(() => daemon.close());
  const stop = new AbortController();
  const path = join(daemon.policy, '../dict.sock');
  const all = Array.from({ length: USERS }, (): Reported => ({ last: 0, written: 0, answers: new Set() }));
  const growing = all.map((one, n) => grow(path, `user${n + 1}@example.org`, one, stop.signal));
  const soon = (look: () => unknown) => expect.poll(look, { interval: 100 });
  const everybody = (is: (one: Reported) => boolean) => soon(() => all.every(is)).toBe(true);
  await everybody(({ written }) => written > 0);
  await server.kill();
  await everybody(({ answers }) => answers.has('W'));
  const before = all.map(({ last }) => last);
  await server.start();
  await everybody((one) => one.written > (before[all.indexOf(one)] ?? 0));
  stop.abort();
  await Promise.all(growing);
  for (const { answers } of all) expect(answers).toEqual(new Set(['O', 'W']));
  const usages = () =>
    sql(`select (regexp_match(email, '\\d+'))[1]::int as n, current_usage::int as usage
         from unified.user_quotas join unified.users on users.id = user_id order by n`);
  for (const { n, usage } of await usages()) expect(usage).toBeGreaterThanOrEqual(all[n - 1]?.written ?? 0);
  await soon(async () => (await usages()).map(({ usage }) => usage)).toEqual(all.map(({ last }) => last));
}, 90_000);

test('who is removed while he reports takes nobody’s report with him', async () => {
  const daemon = await runDaemon(server.url);
  closers.push(() => daemon.close());
  const users = ['user1', 'user2'].map((name) => `${name}@example.org`);
  const peers = await Promise.all(users.map(() => connect(`unix:${join(daemon.policy, '../dict.sock')}`)));
  closers.push(async () => void peers.map(({ socket }) => socket.destroy()));
  await withClient(server.url, async (client) => {
    await client.query(`begin; delete from unified.users where email = 'user1@example.org'`);
    for (const [n, peer] of peers.entries())
      peer.send(`H4\t0\t0\t\tquota\nB1\t${users[n] as string}\t0\nS1\tpriv/quota/storage\t7\nC1\n`);
    await expect
      .poll(() =>
        sql("select 1 from pg_stat_activity where query ~ 'record_usage' and wait_event_type = 'Lock'"),
      )
      .toHaveLength(1);
    await client.query('commit');
  });
  await expect
    .poll(() => sql('select current_usage::int as usage from unified.user_quotas'), { timeout: 10_000 })
    .toEqual([{ usage: 7 }]);
  expect((await peers[1]?.receive(1))?.toString().slice(0, 1)).toMatch(/[OW]/u);
});
