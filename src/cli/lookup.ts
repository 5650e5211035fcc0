/** lookup — `dovetail lookup MAP KEY`: what the daemon answers Postfix, as `postmap -q` prints it.
 *
 * exit     0 found, 1 there is no such entry, 75 could not find out (the daemon says TEMP) */

import { unreachable } from '../base/answer.ts';
import { printable } from '../base/text.ts';
import { example } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { couldNotFindOut, openServices } from './open-services.ts';

export const lookup: CommandFile = {
  register(program, world) {
    program
      .command('lookup')
      .description('ask a map as Postfix does: prints what the daemon answers')
      .argument('<map>', 'virtual_mailbox_domains, virtual_mailbox_maps, virtual_alias_maps, …')
      .argument('<key>', 'an address or a domain')
      .addHelpText('after', example('dovetail lookup virtual_alias_maps sales@example.org'))
      .action((map: string, key: string) => ask(world, map, key));
  },
};

async function ask(world: World, map: string, key: string): Promise<void> {
  const what = `cannot look ${printable(key)} up in ${printable(map)}`;
  const { tables } = await import('../lookup/tables/index.ts');
  const names = tables.map(({ name }) => name);
  if (!names.includes(map)) {
    throw failure({ what, why: 'there is no such map', advice: `maps are: ${names.join(', ')}`, code: 2 });
  }
  const { lookup: answers } = await openServices(world, what);
  const answer = await answers.answer(map, key);
  switch (answer.kind) {
    case 'found':
      return world.output.done(answer.value, { map, key, ...answer });
    case 'absent':
      world.exitWith(1);
      if (world.output.json) return world.output.value({ map, key, ...answer });
      return world.output.note(`dovetail: ${printable(key)} is not in ${map}`);
    case 'later':
      throw couldNotFindOut(what, answer.why);
    default:
      return unreachable(answer);
  }
}
