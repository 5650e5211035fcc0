/** checkpassword — logins through a program that Dovecot 2.3 spawns for each of them, 20 at a time.
 *
 * The baseline is the least a C program can do, against a server in C that always says yes. The
 * password is remembered by the daemon after the first login, so the path is measured, not the hash. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { addressOf, openHost, startDaemon, withClient } from '../hosts.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, root, sourceOf, type Workbench } from '../workbench.ts';
import { ACCOUNTS, startBare } from './cached.ts';

export const USER = addressOf(0);
export const PASSWORD = 'correct-horse';
const PARALLEL = '20';
// Dovecot appends its reply program; our client writes the reply itself.
const REPLY_PROGRAM = '/usr/lib/dovecot/checkpassword-reply';

export const checkpassword: Benchmark = {
  name: 'checkpassword',
  about: '20 parallel logins, a process each, against a trivial C program and a trivial server',
  async run(bench) {
    const logins = await bench.compile('test/bench/clients/logins.c');
    if (!logins) {
      bench.say('checkpassword: SKIPPED, no C compiler');
      return [];
    }
    const host = await openHost(bench, ACCOUNTS);
    await withClient(host.url, (client) => givePassword(client));
    const programs = await startPrograms(bench, host.url);
    const contestants = Object.fromEntries(
      Object.entries(programs).map(([name, program]) => [name, () => login(bench, logins, program)]),
    );
    await interleave(contestants, 2); // warm: files read, code compiled, the password remembered
    return rowsOf(await interleave(contestants, bench.quick ? 3 : 7));
  },
};

export async function givePassword(client: {
  query(text: string, values: string[]): Promise<unknown>;
}): Promise<void> {
  const salt = Buffer.from('12345678');
  const digest = createHash('sha512').update(PASSWORD).update(salt).digest();
  await client.query(
    `insert into unified.user_passwords (user_id, service, password_hash, hash_scheme)
     select id, 'dovecot', $1, 'SSHA512' from unified.users where email = $2
     on conflict do nothing`,
    [Buffer.concat([digest, salt]).toString('base64'), USER],
  );
}

/** Each program with its arguments. */
async function startPrograms(bench: Workbench, url: string): Promise<Record<string, string[]>> {
  const compile = async (source: string) => (await bench.compile(source)) as string;
  const trivialServer = await compile('test/bench/servers/login-server.c');
  const reply = `OK\tuser=${USER}\tuserdb_home=/var/mail/x\tuserdb_uid=5000\tuserdb_gid=5000`;
  const yes = await startBare(bench, [trivialServer], 'yes.sock', reply);
  const { login: daemon } = await startDaemon(bench, url);
  const ofNode = [process.execPath, sourceOf('clients/node-checkpassword.mjs'), '--socket', daemon];
  return {
    trivial: [await compile('test/bench/clients/trivial-checkpassword.c'), '--socket', yes.socketmap],
    C: [(await bench.compile('clients/dovetail-checkpassword.c', '-static')) as string, '--socket', daemon],
    Perl: ['/usr/bin/perl', path.join(root, 'clients/dovetail-checkpassword'), '--socket', daemon],
    Node: ofNode,
  };
}

async function login(bench: Workbench, logins: string, program: string[]): Promise<number> {
  const seconds = bench.quick ? '0.7' : '2';
  const command = [logins, PARALLEL, seconds, USER, PASSWORD, 'userdb_home=', ...program, REPLY_PROGRAM];
  const { stdout, stderr } = await mustRun(command);
  const measured = JSON.parse(stdout) as { logins: number; wrong: number; seconds: number };
  if (measured.wrong > 0)
    throw new Error(`checkpassword: ${measured.wrong} of ${measured.logins} failed: ${stderr.slice(0, 500)}`);
  return measured.logins / measured.seconds;
}

function rowsOf(rates: Record<string, readonly number[]>): Row[] {
  const { trivial = [] } = rates;
  const row = (what: string, name: string): Row => ({
    what: `checkpassword: ${what}`,
    value: median(rates[name] ?? []),
    unit: 'logins/s',
    rounds: rates[name] ?? [],
  });
  const against = (name: string, goal: Pick<Row, 'goal'>): Row => ({
    what: `checkpassword: ${name} / trivial C program`,
    value: ratio(rates[name] ?? [], trivial),
    unit: 'times',
    ...goal,
  });
  return [
    row('trivial C program, trivial server', 'trivial'),
    row('C client, dovetail', 'C'),
    row('Perl client, dovetail', 'Perl'),
    row('a Node program, dovetail', 'Node'),
    against('C', { goal: { atLeast: 0.85 } }),
    against('Perl', { goal: { atLeast: 0.25 } }),
    against('Node', {}),
  ];
}
