/** doors — SASL PLAIN through Dovecot 2.3 with the doors `lua` and `dict`, against the same door with the least
 * server in Node behind it, which gives dovetail's own answer to every question.
 *
 * The hash is a cheap one; behind `lua` dovetail remembers the password, behind `dict` Dovecot compares it. */

import { whatIsMissing } from '../../../src/demo/machine.ts';
import { machines } from '../../support/mail-servers/machines.ts';
import { startDoors } from '../dovecots.ts';
import { mustRun } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark } from '../workbench.ts';

const DOORS = ['lua', 'bare-lua', 'dict', 'bare-dict'] as const;
type Name = (typeof DOORS)[number];
const IN_FLIGHT = '10';

export const doors: Benchmark = {
  name: 'doors',
  about: 'logins through Dovecot 2.3 by Lua and by dict, against the same with a trivial Node server',
  async run(bench) {
    const client = await bench.compile('test/bench/clients/sasl-pipelined.c');
    const missing = client ? await whatIsMissing(machines['2.3'], ['imap', 'lua']) : 'no C compiler';
    if (!client || missing) {
      bench.say(`doors: SKIPPED, ${missing}`);
      return [];
    }
    const ground = await startDoors(bench, '2.3', DOORS);
    const { user, password } = ground;
    const logIn = (name: Name) => async () => {
      const seconds = bench.quick ? '0.7' : '2';
      const { stdout } = await mustRun([
        client,
        ground.doors[name].auth,
        ...[IN_FLIGHT, seconds, user, password],
      ]);
      const measured = JSON.parse(stdout) as { logins: number; wrong: number; seconds: number };
      if (measured.wrong > 0) throw new Error(`doors: ${measured.wrong} of ${measured.logins} failed`);
      return measured.logins / measured.seconds;
    };
    const contestants = Object.fromEntries(DOORS.map((name) => [name, logIn(name)])) as Record<
      Name,
      () => Promise<number>
    >;
    await interleave(contestants, 1); // warm
    const rates = await interleave(contestants, bench.quick ? 3 : 7);
    await ground.stop();
    return [...rowsOf('lua', rates), ...rowsOf('dict', rates)];
  },
};

function rowsOf(door: 'lua' | 'dict', rates: Rounds<Name>): Row[] {
  const [mine, bare] = [rates[door], rates[`bare-${door}`]];
  const plain = (who: string, rounds: readonly number[]): Row => ({
    what: `doors, ${door}: ${who}`,
    value: median(rounds),
    unit: 'logins/s',
    rounds,
  });
  return [
    plain('dovetail', mine),
    plain('a bare Node server', bare),
    {
      what: `doors, ${door}: dovetail / bare`,
      value: ratio(mine, bare),
      unit: 'times',
      goal: { atLeast: 0.9 },
    },
  ];
}
