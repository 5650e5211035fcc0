/** sql — Dovecot reads the views itself: without the daemon, or for when it is away. */

import { type Door, dovecotVersions } from './door.ts';

export const sql: Door = {
  name: 'sql',
  words: 'Dovecot reads the views itself, without the daemon',
  versions: dovecotVersions,
  dovecotCompares: true,
  // In Dovecot 2.4 the queries stand in dovecot.conf itself.
  files(version): Readonly<Record<string, string>> {
    return version === '2.3' ? { 'dovecot-sql.conf.ext': 'dovecot-2.3/dovecot-sql.conf.ext' } : {};
  },
};

export interface SqlConnection {
  /** As libpq takes it: `host=/run/postgresql dbname=mail`. */
  readonly connection: string;
  /** The same, taken apart. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads `keyword=value` words; undefined for what is none, as is a URL or a quoted value. */
export function parseConnection(connection: string): SqlConnection | undefined {
  const words = connection.split(/\s+/u).filter((word) => word !== '');
  const pairs = words.map((word) => /^([a-z_]+)=([^\s'"\\#{}]+)$/u.exec(word));
  if (pairs.length === 0 || pairs.includes(null)) return undefined;
  return {
    connection: words.join(' '),
    parameters: Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]])),
  };
}
