/** audit — who did what, latest first.
 *
 * limits   in the order in which the entries were written, which is that of their time but for batches */

import type { Sql } from '../change.ts';
import { likePattern, pagesOf } from '../paging.ts';

export interface AuditRow {
  readonly id: number;
  readonly created_at: Date;
  readonly service: string;
  readonly action: string;
  readonly success: boolean;
  /** The kind of thing and which one: `alias`, `sales@example.org`. */
  readonly resource: string | null;
  readonly resource_id: string | null;
  /** The address of the user that it is about, where he still exists. */
  readonly user: string | null;
  readonly user_id: number | null;
  /** Whoever was at the keyboard. */
  readonly by: string | null;
  readonly ip_address: string | null;
  readonly session_id: string | null;
  readonly user_agent: string | null;
  readonly request_method: string | null;
  readonly request_path: string | null;
  readonly status_code: number | null;
  readonly error_message: string | null;
  readonly duration_ms: number | null;
  readonly additional_data: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  /** An address or a login name; one that is gone is found by what was done to the address. */
  readonly user?: string | undefined;
  readonly service?: string | undefined;
  /** `user.*` */
  readonly action?: string | undefined;
  readonly failed?: boolean | undefined;
  readonly since?: Date | undefined;
  readonly limit?: number | undefined;
}

export const listAudit = (sql: Sql, filter: AuditFilter) =>
  pagesOf<AuditRow>(filter.limit, ({ after, size }) =>
    sql.rows<AuditRow>(LATEST, [
      filter.user?.toLowerCase() ?? null,
      filter.service ?? null,
      likePattern(filter.action),
      filter.failed ?? false,
      filter.since ?? null,
      after?.id ?? null,
      size,
    ]),
  );

const LATEST = `
  select a.id::float8 as id, a.created_at, a.service, a.action, a.success, a.resource, a.resource_id,
         u.email as user, a.user_id::float8 as user_id, a.additional_data->>'by' as by,
         host(a.ip_address) as ip_address, a.session_id, a.user_agent, a.request_method, a.request_path,
         a.status_code, a.error_message, a.duration_ms, a.additional_data
  from (
    select *
    from unified.audit_log
    where (
        $1::text is null
        or resource_id = $1
        or user_id in (select id from unified.users where email = $1 or username = $1)
      )
      and ($2::text is null or service = $2)
      and ($3::text is null or action like $3)
      and not ($4 and success)
      and ($5::timestamptz is null or created_at >= $5)
      and ($6::bigint is null or id < $6)
    order by id desc
    limit $7
  ) as a
  left join unified.users as u on u.id = a.user_id
  order by a.id desc`;
