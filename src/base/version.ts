/** version — which of two versions of dovetail is the later one.
 *
 * source   Semantic Versioning 2.0.0, 11: what comes before a release sorts before it
 * limits   of two versions before the same release the words are compared as text */

/** Negative where `a` is earlier, positive where it is later. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [read(a), read(b)];
  for (const [at, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (one.before === other.before) return 0;
  if (one.before === '') return 1;
  return other.before === '' || one.before < other.before ? -1 : 1;
}

/** `1.2.0-rc.1+build` → 1, 2, 0 and `rc.1`. */
function read(version: string): { numbers: number[]; before: string } {
  const [core = '', ...before] = version.replace(/\+.*$/u, '').split('-');
  const [major = 0, minor = 0, patch = 0] = core.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return { numbers: [major, minor, patch], before: before.join('-') };
}
