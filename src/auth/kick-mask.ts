/** kick-mask — the mask by which doveadm finds the sessions of one login name.
 *
 * source   doveadm-who.c: what reads as an IP address or network is one, but for a mere number, and all else is a mask;
 *          wildcard-match.c, of which 2.3.19 and 2.4.1 use what knows `*` and `?`, and no escape
 * bugs     of a name with `*`, of one with `?`, and of one that reads as an address, a name that differs in that one
 *          character is meant too: whoever has it comes in again */

/** inet_aton takes few numbers for an address too, and whatever stands behind a blank. */
const ADDRESS = /^(?:(?!\d+$)\d[\da-fx.]*(?:[\s/]|$)|[\da-f]*:)/iu;

export function kickMaskOf(login: string): string {
  // One character stands for itself, not for any number of others.
  const mask = login.replaceAll('*', '?');
  return ADDRESS.test(mask) ? `?${mask.slice(1)}` : mask;
}
