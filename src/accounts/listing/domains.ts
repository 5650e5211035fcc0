/** domains — our domains with what they allow and hold, in order of name. */

import type { Domain } from '../../base/address.ts';
import type { Sql } from '../change.ts';
import { likePattern, pagesOf } from '../paging.ts';
import type { DomainType } from '../relaying.ts';

export interface DomainRow {
  readonly domain: Domain;
  readonly domain_type: DomainType;
  readonly target_domain: Domain | null;
  /** Of a relay or backup domain: `smtp:[10.0.0.7]:25`. */
  readonly transport: string | null;
  readonly is_active: boolean;
  readonly users: number;
  readonly aliases: number;
  readonly max_users: number | null;
  readonly max_aliases: number | null;
  /** Bytes, as the next. */
  readonly quota_bytes: number | null;
  readonly default_user_quota_bytes: number | null;
  /** Bytes in all its mailboxes, as last reported. */
  readonly usage: number;
  readonly description: string | null;
  readonly created_at: Date;
}

export interface DomainFilter {
  /** `*.example.org` */
  readonly match?: string | undefined;
  readonly domain?: Domain | undefined;
  readonly limit?: number | undefined;
}

export const listDomains = (sql: Sql, filter: DomainFilter) =>
  pagesOf<DomainRow>(filter.limit, ({ after, size }) =>
    sql.rows<DomainRow>(
      `select d.domain, d.domain_type, d.target_domain, d.transport, d.is_active,
         (select count(*)::int from unified.users u where u.domain = d.domain) as users,
         (select count(distinct a.alias_email)::int
          from unified.email_aliases a
          where a.alias_domain = d.domain) as aliases,
         d.max_users, d.max_aliases, d.quota_bytes::float8 as quota_bytes,
         d.default_user_quota_bytes::float8 as default_user_quota_bytes,
         unified.usage_of_domain(d.domain)::float8 as usage, d.description, d.created_at
       from unified.mail_domains d
       where ($1::text is null or d.domain like $1)
         and ($2::text is null or d.domain = $2)
         and ($3::text is null or d.domain > $3)
       order by d.domain
       limit $4`,
      [likePattern(filter.match), filter.domain ?? null, after?.domain ?? null, size],
    ),
  );
