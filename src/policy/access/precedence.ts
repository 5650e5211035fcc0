/** precedence — which of several entries decides.
 *
 * The recipient's own list comes before that of his domain, and that before the administrator's: the
 * first that says anything decides. Within one list the more specific entry counts, of what is said about
 * the sender and of what is said about the client; if these two differ, `allow` does.
 *
 * A list says about a sender, from the most specific to the least: the address, the address without its
 * extension, `@domain`, `.domain` of what the domain lies below, the nearest first. */

import type { Address } from '../../base/address.ts';
import { domainOf, splitExtension } from '../../base/address.ts';
import type { AccessFacts, Verdict } from './facts.ts';

export interface Decision {
  readonly verdict: Verdict;
  /** Whose list. */
  readonly owner: string;
}

/** The owner of the administrator's list. */
export const EVERYBODY = '';

/** `owners` from the first to the last that is asked; of each side what is said, the most specific first. */
export function decide(
  owners: readonly string[],
  sides: readonly (readonly AccessFacts[])[],
): Decision | undefined {
  for (const owner of owners) {
    const said = sides.flatMap((side) => mostSpecific(owner, side) ?? []);
    if (said.length > 0) return { verdict: said.includes('allow') ? 'allow' : 'block', owner };
  }
  return undefined;
}

function mostSpecific(owner: string, side: readonly AccessFacts[]): Verdict | undefined {
  for (const facts of side) {
    const entry = facts.find((one) => one.owner === owner);
    if (entry) return entry.verdict;
  }
  return undefined;
}

/** Entries about one client, the smallest network first. */
export const byNetwork = (facts: AccessFacts): readonly AccessFacts[] =>
  facts.length < 2 ? [facts] : facts.toSorted((a, b) => b.bits - a.bits).map((entry) => [entry]);

/** By which patterns a list may name an address, the most specific first. */
export function patternsOf(address: Address, delimiters: string): readonly string[] {
  const domain = domainOf(address);
  const base = splitExtension(address, delimiters)?.base;
  const patterns = base ? [address, base, `@${domain}`] : [address, `@${domain}`];
  for (let at = domain.indexOf('.'); at >= 0; at = domain.indexOf('.', at + 1))
    patterns.push(domain.slice(at));
  return patterns;
}
