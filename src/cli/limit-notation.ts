/** limit-notation — a limit as people write it: `recipients 1h 200 --domain example.org --permanent`. */

import type { Command } from 'commander';
import type { LimitKey, LimitOwner, OverIt } from '../accounts/rate-limits.ts';
import type { CountedBy, Counter } from '../policy/limits/limit.ts';
import { createReader } from './accounts.ts';
import { failure, type World } from './command.ts';

export interface KeyOptions {
  readonly user?: string;
  readonly domain?: string;
  readonly by: string;
  readonly max?: string;
  readonly permanent?: true;
  readonly passing?: true;
  readonly suspend?: true;
}

export const withKey = (command: Command): Command =>
  command
    .argument('<counter>', 'messages, recipients, bytes, new_recipients, new_networks or bounces')
    .argument('<window>', 'within how long: 1min, 1h, 1d')
    .option('--user <user>', "this user's own: the address or the login name")
    .option('--domain <domain>', 'for each user of this domain')
    .option('--by <whose>', 'what is counted together: user, credential, domain or network', 'user');

/** A whole one. */
export const withLimit = (command: Command): Command =>
  withKey(command)
    .argument('<limit>', '500, or 100M of bytes; or unlimited')
    .option('--permanent', 'refuse for good what is over it')
    .option('--suspend', 'suspend the password of who is over it; only with --by credential');

export interface WrittenLimit {
  readonly owner: LimitOwner;
  readonly key: LimitKey;
  /** null is unlimited; undefined where nothing was said. */
  readonly max: number | null | undefined;
}

export async function keyOf(
  world: World,
  what: string,
  [counter, window, max]: readonly [string, string, string | undefined],
  { user, domain, by }: KeyOptions,
): Promise<WrittenLimit> {
  const [reader, known, { span }] = await Promise.all([
    createReader(world, what),
    import('../policy/limits/limit.ts'),
    import('../config/kinds.ts'),
  ]);
  const oneOf = <T extends string>(values: readonly T[], text: string): T => {
    const value = values.find((one) => one === text);
    if (value !== undefined) return value;
    throw failure({ what, why: `${text} is none of these`, advice: `give ${values.join(', ')}`, code: 2 });
  };
  const milliseconds = span.parse(window);
  if (milliseconds === undefined || milliseconds < 10_000 || milliseconds % 1000 !== 0) {
    const why = `${window} is no window`;
    throw failure({ what, why, advice: 'give 10s or longer: 1min, 1h, 1d', code: 2 });
  }
  if (user !== undefined && domain !== undefined) {
    throw failure({ what, why: '--user and --domain exclude each other', advice: 'give one', code: 2 });
  }
  const key: LimitKey = {
    counter: oneOf<Counter>(known.counters, counter),
    by: oneOf<CountedBy>(known.countedBys, by),
    seconds: milliseconds / 1000,
  };
  const owner = { user, domain: reader.optional(reader.domain, domain) };
  const readMax = key.counter === 'bytes' ? reader.size : reader.count;
  return { owner, key, max: reader.optional(readMax, max) };
}

/** Undefined where nothing was said. */
export function overOf(what: string, { permanent, passing, suspend, by }: KeyOptions): OverIt | undefined {
  const given = [
    permanent && ('refused' as const),
    passing && ('waits' as const),
    suspend && ('suspends' as const),
  ].flatMap((one) => one ?? []);
  const refuse = (why: string, advice: string) => failure({ what, why, advice, code: 2 });
  if (given.length > 1) throw refuse('--permanent, --passing and --suspend exclude one another', 'give one');
  if (suspend && by !== 'credential') {
    throw refuse('a password can be suspended where it is known: by credential', 'add --by credential');
  }
  return given[0];
}
