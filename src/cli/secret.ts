/** secret — the one way in which commands learn a password: stdin, a prompt, or made up here.
 *
 * security  never from an argument; typed twice without an echo; only a hash leaves this file, and
 *           the text of a generated password, which is shown once */

import type { PasswordHash } from '../accounts/passwords.ts';
import { printable } from '../base/text.ts';
import { accept } from './accounts.ts';
import { failure, type World } from './command.ts';

export interface SecretOptions {
  readonly passwordStdin?: true;
  readonly hashStdin?: true;
  readonly generate?: true;
  /** A name that makerOf knows. */
  readonly scheme?: string;
  /** `--no-password`, which commander turns into `password: false`. */
  readonly password?: boolean;
}

export interface Secret {
  readonly hash: PasswordHash;
  /** Only of a generated password: to be shown once. */
  readonly shown: string | undefined;
}

/** Null where `--no-password` asks for none. `names` are what the password must not be. */
export async function readSecret(
  world: World,
  what: string,
  options: SecretOptions,
  names: readonly string[],
): Promise<Secret | null> {
  const given = [
    ...(options.passwordStdin ? ['--password-stdin'] : []),
    ...(options.hashStdin ? ['--hash-stdin'] : []),
    ...(options.generate ? ['--generate'] : []),
    ...(options.password === false ? ['--no-password'] : []),
  ];
  if (given.length > 1) {
    const why = `${given.join(' and ')} exclude each other`;
    throw failure({ what, why, advice: 'give one', code: 2 });
  }
  if (options.scheme !== undefined && (options.hashStdin || options.password === false)) {
    const why = '--scheme is for a password that is hashed here';
    throw failure({ what, why, advice: 'leave it out', code: 2 });
  }
  if (options.password === false) return null;
  if (options.hashStdin) return { hash: await hashFromStdin(world, what), shown: undefined };
  const scheme = await schemeFor(world, what, options.scheme);
  if (options.generate) return generated(scheme);
  const typed = await passwordFrom(world, what, options.passwordStdin === true, 'twice');
  const { readPassword } = await import('../accounts/reading.ts');
  return { hash: await hashOf(accept(what, readPassword(typed, names)), scheme), shown: undefined };
}

/** A password as it was piped in, or typed at a prompt; from a pipe without the option only where
 * nothing else could be meant. */
export async function passwordFrom(
  world: World,
  what: string,
  fromStdin: boolean,
  times: 'once' | 'twice',
): Promise<string> {
  if (fromStdin) return lineOf(await world.input.readAll());
  if (!world.input.isTerminal) {
    const why = 'it needs a password, and stdin is no terminal to ask at';
    throw failure({ what, why, advice: 'pipe it in and give --password-stdin', code: 2 });
  }
  const password = await world.input.askSecret('Password');
  if (times === 'twice' && (await world.input.askSecret('Password again')) !== password) {
    throw failure({ what, why: 'the two passwords differ', advice: 'try again' });
  }
  return password;
}

/** Without the line break that `echo` puts at the end. */
const lineOf = (text: string): string => text.replace(/\r?\n$/u, '');

async function hashFromStdin(world: World, what: string): Promise<PasswordHash> {
  if (world.input.isTerminal) world.output.note('Paste {SCHEME}hash, then Enter and Ctrl-D:');
  const { parseStoredHash } = await import('../auth/stored-hash.ts');
  const stored = parseStoredHash(lineOf(await world.input.readAll()).trimStart());
  if (stored.kind === 'hash') return { scheme: stored.scheme.name, text: stored.text };
  const advice = 'give a hash as doveadm pw prints it';
  throw failure({ what, why: `the hash cannot be verified: ${stored.why}`, advice });
}

async function schemeFor(world: World, what: string, asked: string | undefined): Promise<string> {
  if (asked === undefined) return (await world.settings()).preferredHashScheme;
  const { makerOf, makers } = await import('../auth/password.ts');
  const maker = makerOf(asked);
  const names = makers.map(({ name }) => name).join(', ');
  if (!maker) {
    const why = `no hashes are made of the scheme ${printable(asked, 40)}`;
    throw failure({ what, why, advice: `give one of ${names}`, code: 2 });
  }
  if (maker.weak) world.output.note(`${maker.name} is weak: whoever reads the hash can log in with it.`);
  return maker.name;
}

async function hashOf(password: string, scheme: string): Promise<PasswordHash> {
  const { createPasswordHash } = await import('../auth/password.ts');
  const { parseStoredHash } = await import('../auth/stored-hash.ts');
  const stored = parseStoredHash(await createPasswordHash(password, scheme));
  if (stored.kind !== 'hash') throw new Error('a hash of our own that cannot be read');
  return { scheme: stored.scheme.name, text: stored.text };
}

async function generated(scheme: string): Promise<Secret> {
  const { randomPassword } = await import('../base/random.ts');
  const shown = randomPassword();
  return { hash: await hashOf(shown, scheme), shown };
}
