/** policy-others — policy decisions of the daemon, against postfwd and Dovecot's quota-status.
 *
 * All are asked the same, 10 connections, about 200 mailboxes in turns, and say DUNNO. The daemon has all rules
 * on that are by default, postfwd one that never holds, quota-status a quota that nobody has used up. */

import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { whatIsMissing } from '../../../src/demo/machine.ts';
import { startDovecot } from '../../../src/demo/private-dovecot.ts';
import { canConnect, openHost, startDaemon } from '../hosts.ts';
import { mustRun, runProgram, waitFor } from '../processes.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { unwatch, watch } from '../watch.ts';
import type { Benchmark, Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';
import { ask } from './policy.ts';

const QUESTIONS = { connections: 10, mailboxes: 200 };
const START_DEADLINE = 30_000;
/** Debian's user and group `nobody` and `nogroup`, who own nothing. */
const NOBODY = 65_534;

export const policyOthers: Benchmark = {
  name: 'policy-others',
  about: "policy decisions from memory, against postfwd and Dovecot's quota-status",
  async run(bench) {
    const client = await bench.compile('test/bench/clients/policy.c');
    const others: Record<string, { socket: string; atLeast: number }> = {};
    const postfwd = client && (await startPostfwd(bench));
    if (postfwd) others.postfwd = { socket: postfwd, atLeast: 10 };
    const quotaStatus = client && (await startQuotaStatus(bench));
    if (quotaStatus) others['quota-status'] = { socket: quotaStatus, atLeast: 45 };
    if (!client) bench.say('policy-others: SKIPPED, no C compiler');
    if (!client || Object.keys(others).length === 0) return [];

    const { url } = await openHost(bench, ACCOUNTS);
    const daemon = await startDaemon(bench, url);
    const decide = (socket: string) => async () => {
      const { requests, seconds } = await ask(bench, client, socket, {
        ...QUESTIONS,
        seconds: bench.quick ? 0.4 : 1,
      });
      return requests / seconds;
    };
    const contestants: Record<string, () => Promise<number>> = { dovetail: decide(daemon.policy) };
    for (const [name, { socket }] of Object.entries(others)) contestants[name] = decide(socket);
    await interleave(contestants, 2); // warm: facts in memory, mailboxes made
    const rates = await interleave(contestants, bench.quick ? 3 : 9);
    await daemon.stop();
    const plain = Object.entries(rates).map(
      ([name, rounds]): Row => ({
        what: `policy-others: ${name}`,
        value: median(rounds),
        unit: 'decisions/s',
        rounds,
      }),
    );
    const times = Object.entries(others).map(
      ([name, { atLeast }]): Row => ({
        what: `policy-others: dovetail / ${name}`,
        value: ratio(rates.dovetail ?? [], rates[name] ?? []),
        unit: 'times',
        goal: { atLeast },
      }),
    );
    return [...plain, ...times];
  },
};

/** Its socket, or undefined where it is not installed, which is said. */
async function startPostfwd(bench: Workbench): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || (await runProgram(['postfwd1', '--version']).catch(() => null)) === null) {
    bench.say('policy-others: SKIPPED without postfwd: it is not installed, or this is not root');
    return undefined;
  }
  const folder = path.join(bench.folder, 'postfwd');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const [socket, pidFile] = [path.join(folder, 'policy.sock'), path.join(folder, 'pid')];
  watch(`pidfile ${pidFile}`);
  bench.atEnd(async () => {
    await runProgram(['postfwd1', '--kill', '--pidfile', pidFile], { finishes: true });
    unwatch(`pidfile ${pidFile}`);
  });
  await mustRun([
    ...['postfwd1', '--daemon', '--user', 'nobody', '--group', 'nogroup', '--umask', '0000'],
    ...['--proto', 'unix', '--port', socket, '--pidfile', pidFile, '--nodns', '--norulelog'],
    ...['--rule', 'id=NEVER; recipient==nobody@nowhere.example; action=REJECT'],
  ]);
  await waitFor(() => existsSync(socket) && canConnect(socket), START_DEADLINE, 'postfwd does not start');
  return socket;
}

async function startQuotaStatus(bench: Workbench): Promise<string | undefined> {
  const missing = process.getuid?.() === 0 ? await whatIsMissing(undefined, ['imap']) : 'this is not root';
  if (missing) {
    bench.say(`policy-others: SKIPPED without quota-status of Dovecot 2.3: ${missing}`);
    return undefined;
  }
  const folder = path.join(bench.folder, 'quota-status');
  const [mail, generated] = [path.join(folder, 'mail'), path.join(folder, 'generated')];
  for (const made of [folder, mail, generated]) mkdirSync(made);
  chownSync(mail, NOBODY, NOBODY);
  writeFileSync(path.join(generated, 'dovecot.conf'), quotaStatusConf(mail));
  const dovecot = await startDovecot({ folder: path.join(folder, 'd'), generated, protocols: ['imap'] });
  const pidFile = path.join(folder, 'd/run/master.pid');
  watch(`pidfile ${pidFile}`);
  bench.atEnd(async () => {
    await dovecot.stop();
    unwatch(`pidfile ${pidFile}`);
  });
  return path.join(folder, 'd/run/quota-status');
}

/** A process for each connection, as Dovecot's manual has it, and enough of them from the start. */
const quotaStatusConf = (mail: string): string => `
mail_location = maildir:~/Maildir
first_valid_uid = 1
mail_plugins = quota
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=${NOBODY} gid=${NOBODY} home=${mail}/%u allow_all_users=yes
}
plugin {
  quota = count:User quota
  quota_rule = *:storage=1G
  quota_vsizes = yes
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 552 5.2.2 Mailbox is full
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  process_min_avail = ${QUESTIONS.connections}
  unix_listener quota-status {
    mode = 0666
  }
}
!include_try local.conf
`;
