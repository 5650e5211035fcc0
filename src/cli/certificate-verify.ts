/** certificate-verify — `dovetail certificate verify`: whether the files on this host are what they were.
 *
 * exit     1 where one is not: for a timer that tells somebody */

import type { CheckedFile } from '../accounts/certificate-files.ts';
import { done, refused } from '../accounts/outcome.ts';
import { makeChange } from './accounts.ts';
import { readName } from './certificate-show.ts';
import type { World } from './command.ts';
import type { Column } from './output.ts';

const COLUMNS: readonly Column<CheckedFile>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'FILE', cell: ({ type }) => type.replace('_', ' ') },
  { head: 'PATH', cell: ({ path }) => path },
  { head: 'STATE', cell: ({ status }) => status },
  { head: 'WHY', cell: ({ why }) => why },
];

export async function verify(world: World, text: string | undefined): Promise<void> {
  const what = text === undefined ? 'cannot verify certificates' : `cannot verify the certificate of ${text}`;
  const name = text === undefined ? undefined : await readName(what, text);
  const { checkCertificateFiles } = await import('../accounts/certificate-files.ts');
  const { examineCertificateFile } = await import('../config/certificate-folder.ts');
  const examine = examineCertificateFile(await world.settings());
  const files = await makeChange(world, what, async (change) => {
    const checked = await checkCertificateFiles(change, examine, name);
    return checked.length === 0 && name !== undefined
      ? refused('there is no certificate of this name in service', 'see: dovetail certificate list')
      : done(checked);
  });
  await world.output.list(COLUMNS, [files]);
  if (files.some(({ status }) => status !== 'valid')) world.exitWith(1);
}
