/** certificates — the certificates of this host's names, in the order of the names. */

import type { CertificatePaths } from '../../certificates/read.ts';
import type { Sql } from '../change.ts';
import { pagesOf } from '../paging.ts';

export interface CertificateListing {
  readonly id: number;
  readonly name: string;
  readonly other_names: readonly string[];
  readonly issuer: string | null;
  readonly type: string;
  /** Why it is not served (`off`, `staging`), else how near its end is. */
  readonly state: 'off' | 'staging' | 'expired' | 'critical' | 'warning' | 'valid' | null;
  readonly not_before: Date | null;
  readonly not_after: Date | null;
  readonly days_left: number | null;
}

export interface CertificateFilter {
  /** Only those that end before. */
  readonly endsBefore?: Date | undefined;
  readonly limit?: number | undefined;
}

const COLUMNS = `s.id::float8 as id, s.domain as name, s.subject_alt_names as other_names, s.issuer,
              s.certificate_type as type, s.not_before, s.not_after, s.days_left,
              case when not s.is_active then 'off' when c.acme_staging then 'staging' else s.expiry_status end as state`;

const FROM = `from unified.certificate_status s
       join unified.certificates c on c.id = s.id`;

export const listCertificates = (sql: Sql, { endsBefore, limit }: CertificateFilter) =>
  pagesOf<CertificateListing>(limit, ({ after, size }) =>
    sql.rows<CertificateListing>(
      `select ${COLUMNS}
       ${FROM}
       where ($1::timestamptz is null or s.not_after < $1)
         and ($2::text is null or (s.domain, s.id) > ($2, $3::bigint))
       order by s.domain, s.id
       limit $4`,
      [endsBefore ?? null, after?.name ?? null, after?.id ?? null, size],
    ),
  );

export interface CertificateDetails extends CertificateListing, CertificatePaths {
  readonly private_key_path: string;
  readonly certificate_path: string;
}

/** The one that is for a name, or would be if nothing were in the way; of several the one that ends last. */
export async function findCertificate(sql: Sql, name: string): Promise<CertificateDetails | undefined> {
  const [row] = await sql.rows<CertificateDetails>(
    `select ${COLUMNS}, coalesce(s.private_key_path, '') as private_key_path,
            coalesce(s.fullchain_path, s.certificate_path, '') as certificate_path,
            case when s.fullchain_path is null then s.chain_path end as chain_path
       ${FROM}
       where array_append(c.subject_alt_names, c.domain) && array[$1]
       order by c.domain = $1 desc, s.is_active desc, s.not_after desc nulls last, s.id desc
       limit 1`,
    [name],
  );
  return row;
}
