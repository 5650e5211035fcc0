/** auth — `dovetail auth test USER`: is this the password, and which of the user's is it?
 *
 * exit     0 accepted, 1 refused, 2 wrong usage, 75 could not find out
 * security the password comes from stdin or a prompt and goes nowhere else */

import type { Verified } from '../auth/verify.ts';
import { unreachable } from '../base/answer.ts';
import { printable } from '../base/text.ts';
import type { LoginRequest } from '../protocol/login.ts';
import { createReader, example } from './accounts.ts';
import { type CommandFile, failure, type World } from './command.ts';
import { couldNotFindOut, openServices } from './open-services.ts';
import { passwordFrom } from './secret.ts';

export const auth: CommandFile = {
  register(program, world) {
    const family = program.command('auth').description('logins, as the daemon decides them');
    family
      .command('test')
      .description('verify a password; it is asked for, or read from stdin')
      .argument('<user>', 'the login name or the address')
      .option('--service <protocol>', 'imap, pop3, smtp, sieve, …', 'imap')
      .option('--ip <address>', "the mail client's, for passwords that are good from some networks only")
      .addHelpText('after', example('dovetail auth test alice@example.org --service imap'))
      .action((user: string, { service, ip }: { service: string; ip?: string }) =>
        test(world, { user, protocol: service.toLowerCase(), ip }),
      );
  },
};

async function test(world: World, asked: Omit<LoginRequest, 'password'>): Promise<void> {
  const { user, protocol } = asked;
  const what = `cannot test the password of ${printable(user)}`;
  const reader = await createReader(world, what);
  reader.optional(reader.client, asked.ip);
  const password = await passwordFrom(world, what, !world.input.isTerminal, 'once');
  if (password === '') throw noPassword(what);
  const { logins } = await openServices(world, what);
  const verified = await logins.verify({ ...asked, password });
  if (verified.kind === 'later') throw couldNotFindOut(what, verified.why);
  const credential = verified.kind === 'ok' ? verified.credential : undefined;
  const value = {
    user: verified.kind === 'ok' ? verified.account.user : user,
    service: protocol,
    result: verified.kind,
    ...('because' in verified ? { because: verified.because } : {}),
    ...(credential ? { credential: { service: credential.service, label: credential.label } } : {}),
  };
  world.output.done(sentenceOf(verified, user, protocol), value);
  if (verified.kind !== 'ok') world.exitWith(1);
}

type Because = Exclude<Extract<Verified, { because?: string }>['because'], 'user' | undefined>;

/** Nobody has an empty password: to call it refused would hide that the pipe brought nothing. */
const noPassword = (what: string) =>
  failure({ what, why: 'no password was given', advice: 'pipe it in, or type it at the prompt', code: 2 });

const objections: Readonly<Record<Because, string>> = {
  token: "the token is not good here, or is not this user's.",
  scheme: 'there is no password of the scheme that was asked for.',
  guessing: 'too many wrong passwords came from there; the password was not looked at.',
  expired: 'the password is right, and has expired.',
  'must-change': 'the password is right, and must be changed before it opens anything.',
  suspended:
    'the password is right, and suspended: dovetail password list shows why, dovetail password restore undoes it.',
  network: "the password is right, and not good from there; give the client's address with --ip.",
  'app-password-needed':
    'the password is right, but this user must use app passwords for mail: dovetail password add … --label phone --generate',
};

function sentenceOf(verified: Verified, user: string, protocol: string): string {
  switch (verified.kind) {
    case 'ok': {
      if (!verified.credential) return `Accepted for ${protocol}: ${verified.account.user}, by a token.`;
      const { service, label } = verified.credential;
      const name = label === '' ? 'without a label' : `"${label}"`;
      return `Accepted for ${protocol}: ${verified.account.user}, by the password for ${service} ${name}.`;
    }
    case 'unknown':
      return `Refused: there is no user ${printable(user)}.`;
    case 'mismatch':
      if (verified.because) return `Refused: ${objections[verified.because]}`;
      return `Refused: no password of ${printable(user)} for ${protocol} matches.`;
    case 'disabled':
      if (verified.because !== 'user') return `Refused: ${objections[verified.because]}`;
      return `Refused: ${printable(user)} may not use mail; see: dovetail explain login ${printable(user)}`;
    case 'later':
      return verified.why;
    default:
      return unreachable(verified);
  }
}
