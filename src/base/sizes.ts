/** sizes — byte counts as people write them: `2G`, `500M`, `1.5T`, `unlimited`.
 *
 * Units are powers of 1024, as in Dovecot's quota rules; `B` and `iB` may follow. */

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};
const SIZE = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[kmgtp]?)(?:i?b)?$/iu;

/** Bytes, `null` for `unlimited` or `none`, `undefined` for what is no size. */
export function parseSize(text: string): number | null | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'unlimited' || plain === 'none') return null;
  const { number, unit } = SIZE.exec(plain)?.groups ?? {};
  if (number === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(number) * (FACTORS[unit] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact form (`2G`, `1536M`), else plain bytes; `unlimited` for null. */
export function formatSize(bytes: number | null): string {
  if (bytes === null) return 'unlimited';
  for (const unit of ['p', 't', 'g', 'm', 'k'] as const) {
    const factor = FACTORS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit.toUpperCase()}`;
  }
  return String(bytes);
}

/** What people want to know of a number of bytes: `117.7M`, `2G`, `980`. */
export function roughSize(bytes: number): string {
  const unit = (['p', 't', 'g', 'm', 'k'] as const).find((one) => bytes >= (FACTORS[one] ?? 1));
  if (!unit) return String(bytes);
  return `${Math.round((10 * bytes) / (FACTORS[unit] ?? 1)) / 10}${unit.toUpperCase()}`;
}
