/** greylist — `dovetail greylist list | show | forget`: what greylisting remembers (docs/greylisting.md). */

import type { About, GreylistRow } from '../accounts/greylist.ts';
import { counted, createReader, example, makeChange, read, readLimit, showMoment } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const greylist: CommandFile = {
  register(program, world) {
    const family = program.command('greylist').description('which strangers wait, and who is known');
    family
      .command('list')
      .description('list all that is remembered')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail greylist list --limit 100'))
      .action((options: { limit?: string }) => list(world, undefined, options.limit));
    family
      .command('show')
      .description('show what is remembered of a network, an address or a domain')
      .argument('<about>', "a network, a sender, a recipient, or a sender's domain")
      .addHelpText(
        'after',
        example('dovetail greylist show example.net', 'dovetail greylist show 192.0.2.0/24'),
      )
      .action((about: string) => list(world, about, undefined));
    family
      .command('forget')
      .description('forget it: who was known is a stranger again')
      .argument('<about>', "a network, a sender, a recipient, or a sender's domain")
      .addHelpText('after', example('dovetail greylist forget ann@example.net'))
      .action((about: string) => forget(world, about));
  },
};

async function list(world: World, text: string | undefined, most: string | undefined): Promise<void> {
  const what = 'cannot list what greylisting remembers';
  const about = text === undefined ? undefined : await readAbout(world, what, text);
  const limit = readLimit(what, most);
  const { listGreylist } = await import('../accounts/greylist.ts');
  await read(world, (sql) =>
    world.output.list<GreylistRow>(
      [
        { head: 'KIND', cell: (row) => row.kind },
        { head: 'NETWORK', cell: (row) => row.network },
        { head: 'SENDER', cell: (row) => row.sender },
        { head: 'RECIPIENT', cell: (row) => row.recipient },
        { head: 'PASSES', align: 'right', cell: (row) => row.passes },
        { head: 'SINCE', cell: (row) => showMoment(row.first_seen_at) },
        { head: 'UNTIL', cell: (row) => showMoment(row.expires_at) },
      ],
      listGreylist(sql, { about, limit }),
    ),
  );
}

async function forget(world: World, text: string): Promise<void> {
  const what = `cannot forget ${text}`;
  const about = await readAbout(world, what, text);
  const { forgetGreylist } = await import('../accounts/greylist.ts');
  const forgotten = await makeChange(world, what, (change) => forgetGreylist(change, about));
  world.output.done(`Forgot ${counted(forgotten, 'entry', 'entries')} about ${text}.`, { forgotten });
}

async function readAbout(world: World, what: string, text: string): Promise<About> {
  const reader = await createReader(world, what);
  if (text.includes('@')) return { text: reader.address(text) };
  const { isNetwork } = await import('../base/network.ts');
  if (isNetwork(text)) return { network: reader.network(text) };
  if (text.includes('/')) {
    const why = 'no such network';
    throw failure({ what, why, advice: 'write it as 192.0.2.0/24 or 2001:db8::/64', code: 2 });
  }
  return { text: reader.domain(text) };
}
