/** limit-usage — `dovetail limit usage`: how much of his limits a user has used. */

import { formatSpan } from '../base/span.ts';
import { reasonOf } from '../base/text.ts';
import type { Usage, UsedLimit } from '../policy/limits/usage.ts';
import { askDaemon } from './ask-daemon.ts';
import { failure, type World } from './command.ts';
import { showMax } from './limit-words.ts';
import { couldNotFindOut } from './open-services.ts';

export async function usage(world: World, user: string): Promise<void> {
  const what = `cannot tell what ${user} has used`;
  const settings = await world.settings();
  const found = await askDaemon<Usage>(settings, '/limits/usage', { user }).catch((error: unknown) => {
    throw couldNotFindOut(what, reasonOf(error));
  });
  if (found.kind === 'later') throw couldNotFindOut(what, found.why);
  if (found.kind === 'unknown') {
    throw failure({ what, why: `there is no user ${user}`, advice: 'see: dovetail user list' });
  }
  await world.output.list<UsedLimit>(
    [
      { head: 'WHOSE', cell: (row) => row.whose },
      { head: 'COUNTER', cell: (row) => row.counter },
      { head: 'WITHIN', align: 'right', cell: (row) => formatSpan(row.within) },
      { head: 'USED', align: 'right', cell: (row) => showMax(row.counter, row.used) },
      { head: 'LIMIT', align: 'right', cell: (row) => showMax(row.counter, row.limit) },
      { head: 'OVER IT', cell: (row) => row.over },
      { head: 'FREES IN', align: 'right', cell: (row) => (row.frees === 0 ? '' : formatSpan(row.frees)) },
    ],
    [found.limits],
  );
}
