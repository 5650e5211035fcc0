/** lookup — `dovetail lookup MAP KEY`: each step of a lookup, and last exactly what the daemon
 * answers Postfix on its socket: `OK …`, `NOTFOUND` or `TEMP …`.
 *
 * security passwords and private keys are printed on request only
 * exit     0 found, 1 there is no such entry, 75 could not find out */

import { found, unreachable } from '../base/answer.ts';
import { printable } from '../base/text.ts';
import { example } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { printSteps } from './explain-login.ts';
import { replyOf } from './explain-way.ts';
import { couldNotFindOut, openServices } from './open-services.ts';

export const lookup: CommandFile = {
  register(program, world) {
    program
      .command('lookup')
      .description('ask a map as Postfix does: prints every step and what the daemon answers')
      .argument('<map>', 'virtual_mailbox_domains, virtual_mailbox_maps, virtual_alias_maps, …')
      .argument('<key>', 'an address or a domain')
      .option('--show-secret', 'print the value of a map of passwords or private keys too')
      .addHelpText('after', example('dovetail lookup virtual_alias_maps sales@example.org'))
      .action((map: string, key: string, { showSecret = false }: { showSecret?: boolean }) =>
        ask(world, map, key, showSecret),
      );
  },
};

async function ask(world: World, map: string, key: string, showSecret: boolean): Promise<void> {
  const what = `cannot look ${printable(key)} up in ${printable(map)}`;
  const { tables } = await import('../lookup/tables/index.ts');
  const table = tables.find(({ name }) => name === map);
  if (!table) {
    const names = tables.map(({ name }) => name).join(', ');
    throw failure({ what, why: 'there is no such map', advice: `maps are: ${names}`, code: 2 });
  }
  const services = await openServices(world, what);
  const { explainLookup } = await import('../lookup/explain.ts');
  const { steps, answer: whole } = await explainLookup(services.book, { map, key }, services.rules);
  const isHidden = table.isSecret && !showSecret && whole.kind === 'found';
  const answer = isHidden ? found('(not shown: --show-secret)') : whole;
  const reply = (await replyOf(map, key, answer)).trimEnd();
  if (world.output.json) {
    world.output.value({ map, key, ...answer, reply, steps });
  } else {
    printSteps(world.output, steps);
    world.output.line(reply);
  }
  switch (answer.kind) {
    case 'found':
      return;
    case 'absent':
      return world.exitWith(1);
    case 'later':
      throw couldNotFindOut(what, answer.why);
    default:
      return unreachable(answer);
  }
}
