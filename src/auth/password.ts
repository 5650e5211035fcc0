/** password — makes the hash of a new password. */

import { ownBytes } from '../base/text.ts';
import { argon2id } from './schemes/argon2id.ts';
import { schemes } from './schemes/index.ts';
import type { Scheme } from './schemes/scheme.ts';

/** A scheme of which we make hashes. */
export type Maker = Scheme & Required<Pick<Scheme, 'hash'>>;

const isMaker = (scheme: Scheme): scheme is Maker => scheme.hash !== undefined;

export const makers: readonly Maker[] = schemes.filter(isMaker);

/** By name in any letter case; undefined where we make no hashes of it. */
export const makerOf = (name: string): Maker | undefined =>
  makers.find((maker) => maker.name === name.toUpperCase());

/** `{ARGON2ID}$argon2id$…` with a new salt. Costs milliseconds, off the event loop. */
export async function createPasswordHash(password: string, name = argon2id.name): Promise<string> {
  const maker = makerOf(name);
  if (!maker) throw new Error(`no hashes are made of ${name}`);
  return `{${maker.name}}${await maker.hash(ownBytes(password))}`;
}
