/** log — what a part needs to write events; `config/log.ts` makes the real one.
 *
 * Events, not sentences: `log.warn('lookup.later', { map, key: printable(key), why })`.
 * Never a password, a token, a hash or a message; a stranger's bytes go through
 * `printable` of base/text.ts. */

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
