/** sasl — PLAIN over Dovecot's auth protocol, 20 connections as of 20 smtpd processes, against Dovecot itself.
 *
 * The baseline is Dovecot 2.3 with one password for everybody (passdb static): it looks nothing up. The
 * daemon remembers the password after the first login, so the path is measured, not the hash. */

import path from 'node:path';
import { whatIsMissing } from '../../../src/demo/machine.ts';
import { startDovecot } from '../../support/mail-servers/dovecot.ts';
import { openHost, startDaemon, withClient } from '../hosts.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';
import { givePassword, PASSWORD, USER } from './checkpassword.ts';

const CONNECTIONS = '20';
const RESPONSE = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64');

export const sasl: Benchmark = {
  name: 'sasl',
  about: 'SASL PLAIN on 20 connections, a remembered password, against Dovecot with passdb static',
  async run(bench) {
    const client = await bench.compile('test/bench/clients/sasl.c');
    const missing = client ? await whatIsMissing(undefined, ['imap']) : 'no C compiler';
    if (!client || missing) {
      bench.say(`sasl: SKIPPED, ${missing}`);
      return [];
    }
    const host = await openHost(bench, ACCOUNTS);
    await withClient(host.url, givePassword);
    const { auth } = await startDaemon(bench, host.url);
    const sockets = { dovecot: await startBaseline(bench), dovetail: auth };
    const contestants = {
      dovecot: () => logIn(bench, client, sockets.dovecot),
      dovetail: () => logIn(bench, client, sockets.dovetail),
    };
    await interleave(contestants, 2); // warm
    return rowsOf(await interleave(contestants, bench.quick ? 3 : 7));
  },
};

async function startBaseline(bench: Workbench): Promise<string> {
  const starting = startDovecot({
    version: '2.3',
    protocols: ['imap'],
    configuration: (folder) => `
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=${folder}/%u
}
service auth {
  unix_listener ${folder}/sasl.sock {
    mode = 0666
  }
}
`,
  });
  bench.atEnd(() => starting.then((dovecot) => dovecot.stop()));
  return path.join((await starting).folder, 'sasl.sock');
}

async function logIn(bench: Workbench, client: string, socket: string): Promise<number> {
  const seconds = bench.quick ? '0.7' : '2';
  const { stdout } = await mustRun([client, socket, CONNECTIONS, seconds, RESPONSE]);
  const measured = JSON.parse(stdout) as { logins: number; wrong: number; seconds: number };
  if (measured.wrong > 0) throw new Error(`sasl: ${measured.wrong} of ${measured.logins} failed`);
  return measured.logins / measured.seconds;
}

function rowsOf({ dovecot, dovetail }: Readonly<Record<'dovecot' | 'dovetail', readonly number[]>>): Row[] {
  const row = (what: string, rounds: readonly number[]): Row => ({
    what: `sasl: ${what}`,
    value: median(rounds),
    unit: 'logins/s',
    rounds,
  });
  return [
    row('Dovecot, passdb static', dovecot),
    row('dovetail', dovetail),
    {
      what: 'sasl: dovetail / Dovecot',
      value: ratio(dovetail, dovecot),
      unit: 'times',
      goal: { atLeast: 0.6 },
    },
  ];
}
