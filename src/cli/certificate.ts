/** certificate — `dovetail certificate add | list | show | verify | remove`: which certificate Postfix shows for a
 * name (docs/certificates.md).
 *
 * security  of a private key nothing is printed but the path of its file */

import type { CertificateListing } from '../accounts/listing/certificates.ts';
import { done, type Outcome, refused } from '../accounts/outcome.ts';
import { minutes } from '../base/clock.ts';
import { reasonOf } from '../base/text.ts';
import type { Inspected, Inspection } from '../certificates/inspect.ts';
import { accept, createReader, example, makeChange, read, readLimit, showMoment } from './accounts.ts';
import { factsOf, filesOf, readName, show } from './certificate-show.ts';
import { verify } from './certificate-verify.ts';
import { type CommandFile, failure, type World } from './command.ts';

export const certificate: CommandFile = {
  register(program, world) {
    const family = program.command('certificate').description('certificates that Postfix shows, by name');
    family
      .command('add')
      .description('serve a certificate for a name, in place of the one that it has')
      .argument('<name>', 'such as mx.example.org or *.example.org')
      .requiredOption('--chain <file>', 'the certificate and those that signed it, in PEM: fullchain.pem')
      .requiredOption('--key <file>', 'its private key, in PEM, without a passphrase')
      .addHelpText(
        'after',
        `${example('dovetail certificate add mx.example.org --chain fullchain.pem --key privkey.pem')}\n\n` +
          'Files below the certificate folder (DOVETAIL_CERTIFICATE_DIR) are used where they are; others are copied into it.',
      )
      .action((name: string, files: Files) => add(world, name, files));
    family
      .command('list')
      .description('list certificates, and when each ends')
      .option('--ending <when>', 'only those that end before: 30d or 2027-01-31')
      .option('--limit <number>', 'at most so many')
      .addHelpText('after', example('dovetail certificate list --ending 30d'))
      .action((options: ListOptions) => list(world, options));
    family
      .command('show')
      .description('show the certificate of a name, and whether its files can be served')
      .argument('<name>', 'one of its names')
      .addHelpText('after', example('dovetail certificate show mx.example.org'))
      .action((name: string) => show(world, name));
    family
      .command('verify')
      .description('look whether the files on this host are what they were when they were added')
      .argument('[name]', 'as `certificate list` shows it; else all')
      .addHelpText('after', example('dovetail certificate verify'))
      .action((name: string | undefined) => verify(world, name));
    family
      .command('remove')
      .description("serve no certificate of its own for a name any more: Postfix shows the host's")
      .argument('<name>', 'as `certificate list` shows it')
      .addHelpText('after', example('dovetail certificate remove mx.example.org'))
      .action((name: string) => remove(world, name));
  },
};

interface Files {
  readonly chain: string;
  readonly key: string;
}

interface ListOptions {
  readonly ending?: string;
  readonly limit?: string;
}

async function add(world: World, text: string, files: Files): Promise<void> {
  const what = `cannot add a certificate for ${text}`;
  const name = await readName(what, text);
  const texts = await readGiven(what, files);
  const { inspect } = await import('../certificates/inspect.ts');
  const inspected = accept(what, suitable(name, inspect(texts.key, texts.chain), world.clock.date()));
  const paths = await place(world, what, name, { files, texts, inspected });
  const { putCertificate } = await import('../accounts/certificates.ts');
  const { checkCertificateFiles, forgetCertificateFiles } = await import('../accounts/certificate-files.ts');
  const { examineCertificateFile } = await import('../config/certificate-folder.ts');
  const examine = examineCertificateFile(await world.settings());
  const { replaced } = await makeChange(world, what, async (change) => {
    const put = await putCertificate(change, name, inspected, paths);
    await forgetCertificateFiles(change, name);
    await checkCertificateFiles(change, examine, name);
    return put;
  });
  // A daemon may be about to read the files of the one before, another command to put its own into service.
  const before = new Date(world.clock.date().getTime() - minutes(10));
  await sweep(world, name, { keep: [...Object.values(paths), ...replaced], before });
  const { notes, notAfter } = inspected;
  const value = {
    name,
    ...factsOf(name, inspected),
    ...filesOf(paths),
    replaced: replaced.length > 0,
    notes,
  };
  world.output.done(`${name} has its certificate now, until ${showMoment(notAfter)} UTC.`, value);
  if (!world.output.json) for (const note of notes) world.output.note(`Note: ${note}.`);
}

async function remove(world: World, text: string): Promise<void> {
  const what = `cannot remove the certificate of ${text}`;
  const name = await readName(what, text);
  const { removeCertificate } = await import('../accounts/certificates.ts');
  await makeChange(world, what, (change) => removeCertificate(change, name));
  await sweep(world, name, { keep: [], before: new Date(world.clock.date().getTime() + minutes(10)) });
  world.output.done(`Removed the certificate of ${name}.`, { name, removed: true });
}

/** Where the daemon will read the files: where they are, or where they were copied to. */
async function place(world: World, what: string, name: string, { files, texts, inspected }: Given) {
  const settings = await world.settings();
  const { pathBelow, storeCertificate } = await import('../config/certificate-folder.ts');
  const [chain, key] = [pathBelow(settings, files.chain), pathBelow(settings, files.key)];
  if (chain !== undefined && key !== undefined) return { private_key_path: key, certificate_path: chain };
  const { certificateBlocks } = await import('../certificates/inspect.ts');
  const { keyAlone } = await import('../certificates/pair.ts');
  const copies = {
    key: keyAlone(texts.key),
    chain: `${certificateBlocks(texts.chain).join('\n')}\n`,
    fingerprint: inspected.fingerprint,
  };
  return storeCertificate(settings, name, copies).catch((error: unknown) => {
    throw failure({ what, why: reasonOf(error), advice: 'run it as the user of the daemon, or as root' });
  });
}

interface Given {
  readonly files: Files;
  readonly texts: { readonly key: string; readonly chain: string };
  readonly inspected: Inspected;
}

async function sweep(
  world: World,
  name: string,
  which: { keep: readonly string[]; before: Date },
): Promise<void> {
  const { sweepCertificates } = await import('../config/certificate-folder.ts');
  await sweepCertificates(await world.settings(), name, which);
}

async function readGiven(what: string, { key, chain }: Files): Promise<{ key: string; chain: string }> {
  const { readFile } = await import('node:fs/promises');
  try {
    return { key: await readFile(key, 'utf8'), chain: await readFile(chain, 'utf8') };
  } catch (error) {
    throw failure({ what, why: reasonOf(error), advice: 'name two files in PEM' });
  }
}

/** Whether a certificate may be served for a name now. */
function suitable(name: string, inspection: Inspection, now: Date): Outcome<Inspected> {
  if (inspection.kind === 'unusable') {
    return refused(inspection.why, 'give fullchain.pem and privkey.pem of one certificate');
  }
  const { names, notBefore, notAfter } = inspection;
  if (!names.includes(name)) {
    const why = names.length === 0 ? 'it is for no name' : `it is for ${names.join(', ')}`;
    return refused(why, 'add it for one of its names');
  }
  if (notAfter <= now) return refused(`it ended on ${showMoment(notAfter)} UTC`, 'renew it first');
  if (notBefore > now) {
    return refused(
      `it is not valid before ${showMoment(notBefore)} UTC`,
      "add it then, or mend this host's clock",
    );
  }
  return done(inspection);
}

async function list(world: World, { ending, limit }: ListOptions): Promise<void> {
  const what = 'cannot list certificates';
  const reader = await createReader(world, what);
  const endsBefore = reader.optional(reader.moment, ending) ?? undefined;
  const { listCertificates } = await import('../accounts/listing/certificates.ts');
  const most = readLimit(what, limit);
  await read(world, (sql) =>
    world.output.list<CertificateListing>(
      [
        { head: 'NAME', cell: (row) => row.name },
        { head: 'STATE', cell: (row) => row.state },
        { head: 'ENDS', cell: (row) => showMoment(row.not_after) },
        { head: 'DAYS', align: 'right', cell: (row) => row.days_left },
        { head: 'TYPE', cell: (row) => row.type },
        { head: 'OTHER NAMES', cell: (row) => row.other_names.join(' ') },
      ],
      listCertificates(sql, { endsBefore, limit: most }),
    ),
  );
}
