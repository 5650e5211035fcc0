/** srs — `dovetail srs rotate | list | remove`: the secrets with which the senders of forwarded mail are
 * rewritten (docs/srs.md).
 *
 * security  a secret comes from stdin or a prompt, or is made up here, and is never shown */

import type { SecretRow } from '../accounts/srs-secrets.ts';
import { example, makeChange, read, showMoment } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { passwordFrom } from './secret.ts';

export const srs: CommandFile = {
  register(program, world) {
    const family = program
      .command('srs')
      .description('secrets that sign the rewritten senders of forwarded mail');
    family
      .command('rotate')
      .description('sign with a new secret from now on; those before it are accepted for 22 days more')
      .option('--secret-stdin', 'read it from stdin, to take one over; otherwise it is made up')
      .addHelpText(
        'after',
        example('dovetail srs rotate', 'head -1 /etc/postsrsd.secret | dovetail srs rotate --secret-stdin'),
      )
      .action((options: { secretStdin?: true }) => rotate(world, options.secretStdin === true));
    family
      .command('list')
      .description('list the secrets that are accepted, by number')
      .addHelpText('after', example('dovetail srs list'))
      .action(() => list(world));
    family
      .command('remove')
      .description('accept nothing any more that a secret signed')
      .argument('<number>', 'as `srs list` shows it')
      .addHelpText('after', example('dovetail srs remove 3'))
      .action((number: string) => remove(world, number));
  },
};

async function rotate(world: World, fromStdin: boolean): Promise<void> {
  const what = 'cannot rotate the secret';
  const { randomSecret } = await import('../base/random.ts');
  const secret = fromStdin ? (await passwordFrom(world, what, true, 'once')).trim() : randomSecret();
  if (!/^[^\p{Cc}]{12,1000}$/u.test(secret)) {
    throw failure({
      what,
      why: 'a secret has 12 to 1000 characters, in one line',
      advice: 'give another one',
    });
  }
  const { rotateSecret } = await import('../accounts/srs-secrets.ts');
  const { id } = await makeChange(world, what, (change) => rotateSecret(change, secret));
  world.output.done(`Senders are signed with secret ${id} now.`, { id });
}

async function list(world: World): Promise<void> {
  const { listSecrets } = await import('../accounts/srs-secrets.ts');
  await read(world, async (sql) =>
    world.output.list<SecretRow>(
      [
        { head: 'NUMBER', align: 'right', cell: (row) => row.id },
        { head: 'SIGNS', cell: (row) => (row.signs ? 'yes' : 'no') },
        { head: 'SINCE', cell: (row) => showMoment(row.created_at) },
        { head: 'ACCEPTED UNTIL', cell: (row) => showMoment(row.expires_at) },
      ],
      [await listSecrets(sql)],
    ),
  );
}

async function remove(world: World, text: string): Promise<void> {
  const what = `cannot remove the secret ${text}`;
  if (!/^\d{1,15}$/u.test(text)) {
    throw failure({ what, why: 'it is no number', advice: 'see: dovetail srs list', code: 2 });
  }
  const { removeSecret } = await import('../accounts/srs-secrets.ts');
  const { id } = await makeChange(world, what, (change) => removeSecret(change, Number(text)));
  world.output.done(`Secret ${id} is not accepted any more.`, { id, removed: true });
}
