/** argon2-text — the family of ARGON2D, ARGON2I and ARGON2ID, and ARGON2 for any of them.
 *
 * source   RFC 9106; the text is that of the reference implementation's argon2_encode
 * limits   1 GiB, and 16 GiB written in all passes together (some 10 s of one core) */

import { timingSafeEqual } from 'node:crypto';
import { type Algorithm, hashRaw, type Version } from '@node-rs/argon2';
import { decodeBase64 } from '../base64.ts';
import type { Scheme } from './scheme.ts';

// The package's own enums are `const enum`s, which no single-file compiler can read.
const ALGORITHMS = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;
/** Texts from before 2016 do not say it. */
const VERSIONS: Readonly<Record<string, number>> = { '16': 0, '19': 1 };
const MAX_MEMORY = 2 ** 20;
const MAX_WRITTEN = 2 ** 24;

export type Kind = keyof typeof ALGORITHMS;

const SHAPE =
  /^\$(?<kind>argon2(?:d|id?))(?:\$v=(?<v>16|19))?\$m=(?<m>\d{1,8}),t=(?<t>\d{1,8}),p=(?<p>\d{1,3})\$(?<salt>[A-Za-z\d+/]{11,})\$(?<digest>[A-Za-z\d+/]{16,})$/;

/** The parts of the stored text, or undefined where it is none or too costly. */
function parse(stored: Buffer) {
  const groups = SHAPE.exec(stored.toString('latin1'))?.groups ?? {};
  const { kind, v = '16', m, t, p } = groups;
  const [salt, digest] = [decodeBase64(groups.salt ?? ''), decodeBase64(groups.digest ?? '')];
  if (!salt || !digest) return undefined;
  const [memoryCost, timeCost, parallelism] = [Number(m), Number(t), Number(p)];
  const isSane = parallelism >= 1 && parallelism <= 255 && timeCost >= 1 && memoryCost >= 8 * parallelism;
  if (!isSane || memoryCost > MAX_MEMORY || memoryCost * timeCost > MAX_WRITTEN) return undefined;
  const algorithm = ALGORITHMS[kind as Kind] as Algorithm;
  const costs = { algorithm, version: VERSIONS[v] as Version, memoryCost, timeCost, parallelism };
  return { kind: kind as Kind, costs, salt, digest };
}

/** What `m=`, in KiB, comes to. */
export const bytesOf = (memoryCost: number): number => 1024 * memoryCost;

/** A scheme of texts of these `kinds`. */
export function argon2Text(name: string, kinds: readonly Kind[]): Scheme {
  const parseOwn = (stored: Buffer) => {
    const parsed = parse(stored);
    return parsed && kinds.includes(parsed.kind) ? parsed : undefined;
  };
  return {
    name,
    encoding: 'text',
    weak: false,
    costly: true,
    isWellFormed: (stored) => parseOwn(stored) !== undefined,
    memory: (stored) => bytesOf(parseOwn(stored)?.costs.memoryCost ?? 0),
    async verify(password, stored) {
      const parsed = parseOwn(stored);
      if (!parsed) return 'malformed';
      const { costs, salt, digest } = parsed;
      try {
        const raw = await hashRaw(password, { ...costs, salt, outputLen: digest.length });
        return timingSafeEqual(raw, digest) ? 'match' : 'differs';
      } catch {
        return 'malformed'; // parameters that argon2 itself refuses
      }
    },
  };
}
