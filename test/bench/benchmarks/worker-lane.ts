/** worker-lane — Dovecot's own auth process with dovetail in the place of its workers, against Dovecot's own SQL
 * passdb on the same view, and a Node worker that says OK to everything.
 *
 * SASL PLAIN on Dovecot's auth socket, as Postfix asks, and whole IMAP logins. The hash is a cheap one
 * (SSHA512), so the path is measured, not the hash. Each Dovecot that is installed here; with --quick one of them. */

import type { DovecotVersion } from '../../../src/config/doors/door.ts';
import { whatIsMissing } from '../../../src/demo/machine.ts';
import { machines } from '../../support/mail-servers/machines.ts';
import { type Door, startDoors, type Waiting } from '../dovecots.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';

const CONTESTANTS = ['auth-worker', 'bare', 'sql'] as const;

export const workerLane: Benchmark = {
  name: 'worker-lane',
  about: "logins through Dovecot with dovetail as its auth worker, against Dovecot's SQL and a bare worker",
  async run(bench) {
    const here: DovecotVersion[] = [];
    for (const version of ['2.4', '2.3'] as const) {
      const missing = await whatIsMissing(machines[version], ['imap', 'lmtp', 'sql']);
      if (missing === undefined) here.push(version);
      else bench.say(`worker-lane: SKIPPED with Dovecot ${version}: ${missing}`);
    }
    const rows: Row[] = [];
    for (const version of bench.quick ? here.slice(0, 1) : here)
      rows.push(...(await measure(bench, version)));
    return rows;
  },
};

async function measure(bench: Workbench, version: DovecotVersion): Promise<Row[]> {
  const [sasl, imap] = [
    await bench.compile('test/bench/clients/sasl-pipelined.c'),
    await bench.compile('test/bench/clients/imap.c'),
  ];
  if (!sasl || !imap) {
    bench.say('worker-lane: SKIPPED, no C compiler');
    return [];
  }
  const ground = await startDoors(bench, version, CONTESTANTS);
  const inFlight = (count: number) => (door: Door) => logIn(bench, ground, [sasl, door.auth, `${count}`]);
  const whole = (door: Door) => logIn(bench, ground, [imap, `${door.imapPort}`, '10']);
  const rows: Row[] = [];
  for (const count of [10, 50]) {
    const rates = await rounds(bench, ground.doors, inFlight(count));
    rows.push(...saslRows(`worker-lane, Dovecot ${version}, SASL, ${count} in flight`, rates));
  }
  const atLeast = version === '2.4' ? 1.15 : 0.9;
  const rates = await rounds(bench, ground.doors, whole);
  rows.push(...imapRows(`worker-lane, Dovecot ${version}, IMAP, 10 clients`, rates, atLeast));
  await ground.stop();
  return rows;
}

type Name = (typeof CONTESTANTS)[number];

async function rounds(
  bench: Workbench,
  doors: Readonly<Record<Name, Door>>,
  rate: (door: Door) => Promise<number>,
): Promise<Rounds<Name>> {
  const contestants = Object.fromEntries(
    CONTESTANTS.map((name) => [name, () => rate(doors[name])]),
  ) as Record<Name, () => Promise<number>>;
  await interleave(contestants, 1); // warm
  return interleave(contestants, bench.quick ? 3 : 7);
}

async function logIn(bench: Workbench, { user, password }: Waiting, command: string[]): Promise<number> {
  const { stdout } = await mustRun([...command, bench.quick ? '0.7' : '2', user, password]);
  const measured = JSON.parse(stdout) as { logins: number; wrong: number; seconds: number };
  if (measured.wrong > 0)
    throw new Error(`worker-lane: ${measured.wrong} of ${measured.logins} logins failed`);
  return measured.logins / measured.seconds;
}

const plain = (what: string, rates: readonly number[]): Row => ({
  what,
  value: median(rates),
  unit: 'logins/s',
  rounds: rates,
});

const saslRows = (what: string, rates: Rounds<Name>): Row[] => [
  plain(`${what}: dovetail`, rates['auth-worker']),
  plain(`${what}: a bare Node worker`, rates.bare),
  plain(`${what}: Dovecot's SQL passdb`, rates.sql),
  {
    what: `${what}: dovetail / SQL`,
    value: ratio(rates['auth-worker'], rates.sql),
    unit: 'times',
    goal: { atLeast: 3 },
  },
  {
    what: `${what}: dovetail / bare`,
    value: ratio(rates['auth-worker'], rates.bare),
    unit: 'times',
    goal: { atLeast: 0.85 },
  },
];

const imapRows = (what: string, rates: Rounds<Name>, atLeast: number): Row[] => [
  plain(`${what}: dovetail`, rates['auth-worker']),
  plain(`${what}: Dovecot's SQL passdb`, rates.sql),
  {
    what: `${what}: dovetail / SQL`,
    value: ratio(rates['auth-worker'], rates.sql),
    unit: 'times',
    goal: { atLeast },
  },
];
