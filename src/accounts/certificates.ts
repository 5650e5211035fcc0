/** certificates — which certificate is served for a name of this host.
 *
 * security  no audit row and no refusal holds more of a private key than the path of its file */

import type { Inspected } from '../certificates/inspect.ts';
import type { CertificatePaths } from '../certificates/read.ts';
import { audit, type Change } from './change.ts';
import { done, type Outcome, refused } from './outcome.ts';

export type Placed = Pick<CertificatePaths, 'private_key_path' | 'certificate_path'>;

/** Puts a certificate into service for a name, in place of those that the name has. The value is the
 * files of these. */
export async function putCertificate(
  change: Change,
  name: string,
  { names, issuer, subject, type, notBefore, notAfter }: Inspected,
  { private_key_path: keyPath, certificate_path: chainPath }: Placed,
): Promise<Outcome<{ readonly replaced: readonly string[] }>> {
  // Names have no unique constraint, for an ACME client may keep the old one beside the new one.
  await change.rows('lock table unified.certificates in share row exclusive mode');
  const before = await change.rows<{ id: string; files: string[] }>(
    `select id, array_remove(array[private_key_path, fullchain_path, certificate_path, chain_path], null) as files
     from unified.certificates
     where domain = $1
     order by id desc`,
    [name],
  );
  const [newest, ...older] = before;
  await change.rows('delete from unified.certificates where id = any($1)', [older.map(({ id }) => id)]);
  const others = names.filter((one) => one !== name);
  const values = [name, type, others, issuer, subject, notBefore, notAfter, keyPath, chainPath];
  await change.rows(newest ? REPLACE : INSERT, newest ? [...values, newest.id] : values);
  await audit(change, {
    action: newest ? 'certificate.replace' : 'certificate.add',
    resource: 'certificate',
    id: name,
    details: { names: others, issuer, not_after: notAfter },
  });
  return done({ replaced: before.flatMap(({ files }) => files) });
}

const INSERT = `insert into unified.certificates (
       domain, certificate_type, subject_alt_names, issuer, subject, not_before, not_after,
       private_key_path, fullchain_path, auto_renew)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)`;

const REPLACE = `update unified.certificates
     set domain = $1, certificate_type = $2, subject_alt_names = $3, issuer = $4, subject = $5, not_before = $6,
         not_after = $7, private_key_path = $8, fullchain_path = $9, certificate_path = null, chain_path = null,
         is_active = true, acme_staging = false, last_renewal_success = now()
     where id = $10`;

export async function removeCertificate(change: Change, name: string): Promise<Outcome<{ name: string }>> {
  const removed = await change.rows('delete from unified.certificates where domain = $1 returning id', [
    name,
  ]);
  if (removed.length === 0) {
    return refused('there is no certificate of this name', 'see: dovetail certificate list');
  }
  await audit(change, { action: 'certificate.remove', resource: 'certificate', id: name });
  return done({ name });
}
