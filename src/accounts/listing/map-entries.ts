/** map-entries — what was entered for the maps, in order of map and key; never a password. */

import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface MapEntryRow {
  readonly id: number;
  readonly map: string;
  readonly key: string;
  /** Null in place of a password. */
  readonly value: string | null;
  readonly description: string | null;
  readonly updated_at: Date;
}

export interface MapEntryFilter {
  readonly map?: string | undefined;
  readonly key?: string | undefined;
  readonly limit?: number | undefined;
}

export const listMapEntries = (sql: Sql, filter: MapEntryFilter) =>
  pagesOf<MapEntryRow>(filter.limit, ({ after, size }) =>
    sql.rows<MapEntryRow>(
      `select id::float8 as id, map, key, value, description, updated_at
       from unified.mail_map_entries
       where ($1::text is null or map = $1)
         and ($2::text is null or key = $2)
         and ($3::text is null or (map, key) > ($3, $4))
       order by map, key
       limit $5`,
      [filter.map ?? null, filter.key ?? null, after?.map ?? null, after?.key ?? null, size],
    ),
  );
