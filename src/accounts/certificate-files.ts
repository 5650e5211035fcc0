/** certificate-files — whether the files of certificates still are what they were when they were put into service.
 *
 * What a file was is remembered when it is seen first: by `certificate add`, or here. A later look that finds another
 * one says so, until the certificate is added again.
 *
 * limits   the files of the host that looks: another may have others
 * security of a private key its size, its checksum and who may read it */

import type { Sql } from './change.ts';

/** A file as it lies there. */
export type FoundFile =
  | {
      readonly kind: 'file';
      readonly size: number;
      /** SHA-256, hexadecimal. */
      readonly checksum: string;
      /** Octal: `0640`. */
      readonly permissions: string;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** By its path below the certificate folder. Never rejects. */
export type ExamineFile = (path: string) => Promise<FoundFile>;

type Status = 'valid' | 'missing' | 'changed' | 'unreadable' | 'invalid';

export interface CheckedFile {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly status: Status;
  readonly why: string | null;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly path: string;
  /** Its checksum when it was seen first; null: it never was. */
  readonly known: string | null;
}

/** Looks at all files, or at those of one name, and writes down what became of them. */
export async function checkCertificateFiles(
  sql: Sql,
  examine: ExamineFile,
  name?: string,
): Promise<readonly CheckedFile[]> {
  const checked: CheckedFile[] = [];
  for (const named of await sql.rows<Named>(NAMED, [name ?? null])) {
    const found = await examine(named.path);
    const { status, why } = statusOf(named, found);
    await sql.rows(WRITE, [
      ...[named.id, named.type, named.path, status, why],
      ...(found.kind === 'file' && status !== 'changed'
        ? [found.size, found.checksum, found.permissions]
        : [null, null, null]),
    ]);
    checked.push({ name: named.name, type: named.type, path: named.path, status, why });
  }
  return checked;
}

/** What was known of the files of a name is no more: others are in their place. */
export const forgetCertificateFiles = (sql: Sql, name: string): Promise<unknown> =>
  sql.rows(
    `delete from unified.certificate_files
     where certificate_id in (select id from unified.certificates where domain = $1)`,
    [name],
  );

function statusOf({ type, known }: Named, found: FoundFile): { status: Status; why: string | null } {
  if (found.kind === 'missing') return { status: 'missing', why: null };
  if (found.kind === 'unreadable') return { status: 'unreadable', why: found.why };
  if (known !== null && known !== found.checksum)
    return { status: 'changed', why: 'it is another file: add the certificate again' };
  if (type === 'private_key' && (Number.parseInt(found.permissions, 8) & 0o004) !== 0)
    return { status: 'invalid', why: 'everybody on this host may read it' };
  return { status: 'valid', why: null };
}

/** A file in another place is another file. */
const NAMED = `
  select c.id, c.domain as name, f.type, f.path, k.file_checksum as known
  from unified.certificates as c
  cross join lateral (
    values
      ('fullchain', c.fullchain_path),
      ('certificate', c.certificate_path),
      ('chain', c.chain_path),
      ('private_key', c.private_key_path)
  ) as f (type, path)
  left join unified.certificate_files as k
    on k.certificate_id = c.id
    and k.file_type = f.type
    and k.file_path = f.path
  where f.path is not null
    and c.is_active
    and ($1::text is null or c.domain = $1)
  order by c.domain, c.id, f.type`;

/** Of a file that is there no more stays what it was. */
const WRITE = `
  insert into unified.certificate_files as k (
    certificate_id, file_type, file_path, verification_status, verification_error,
    file_size, file_checksum, file_permissions, last_verified
  )
  values ($1, $2, $3, $4, $5, $6, $7, $8, now())
  on conflict (certificate_id, file_type) do update
  set file_size = case when k.file_path = $3 then coalesce($6, k.file_size) else $6 end,
      file_checksum = case when k.file_path = $3 then coalesce($7, k.file_checksum) else $7 end,
      file_permissions = case when k.file_path = $3 then coalesce($8, k.file_permissions) else $8 end,
      file_path = $3,
      verification_status = $4,
      verification_error = $5,
      last_verified = now()`;
