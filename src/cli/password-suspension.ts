/** password-suspension — `dovetail password suspend | restore`: one password opens nothing, or does again. */

import type { PasswordKey } from '../accounts/passwords.ts';
import { makeChange } from './accounts.ts';
import { failure, type World } from './command.ts';
import { placeOf } from './password-place.ts';

export interface SuspendOptions extends PasswordKey {
  readonly because: string;
}

export async function suspend(world: World, who: string, options: SuspendOptions): Promise<void> {
  const what = `cannot suspend the password of ${who}`;
  const key = { service: options.service.toLowerCase(), label: options.label };
  const because = options.because.trim();
  if (!/^[^\p{Cc}]{1,500}$/u.test(because)) {
    throw failure({ what, why: '--because is no line of text', advice: 'give up to 500 letters', code: 2 });
  }
  const { suspendPassword } = await import('../accounts/suspensions.ts');
  const user = await makeChange(world, what, (change) => suspendPassword(change, who, key, because));
  world.output.done(
    `Suspended the password of ${user.email}${placeOf(key)}: it opens nothing, and its sessions end. The others go on. To undo it: dovetail password restore ${user.email}`,
    { user: user.email, ...key, suspended: true, because },
  );
}

export interface RestoreOptions {
  readonly service?: string;
  readonly label?: string;
}

export async function restore(
  world: World,
  who: string,
  number: string | undefined,
  { service, label }: RestoreOptions,
): Promise<void> {
  const what = `cannot restore a password of ${who}`;
  if (number !== undefined && !/^[1-9]\d{0,14}$/u.test(number)) {
    throw failure({
      what,
      why: `${number} is no number of a password`,
      advice: `see: dovetail password list ${who}`,
      code: 2,
    });
  }
  const { restorePassword } = await import('../accounts/suspensions.ts');
  const which = {
    id: number === undefined ? undefined : Number(number),
    service: service?.toLowerCase(),
    label,
  };
  const restored = await makeChange(world, what, (change) => restorePassword(change, who, which));
  const { email, because, ...password } = restored;
  world.output.done(
    `Restored the password of ${email}${placeOf(password)}. It was suspended because: ${because}. What was counted until now is forgiven.`,
    { user: email, ...password, restored: true, because },
  );
}
