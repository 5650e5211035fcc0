/** templates — renders the files of config-templates/.
 *
 * source   nunjucks; an undefined value is an error, never an empty text */

import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { packageRoot } from './folders.ts';

/** Renders `config-templates/<name>.njk`. Throws on a value that is not there. */
export function renderTemplate(name: string, values: Readonly<Record<string, unknown>>): string {
  const loader = new nunjucks.FileSystemLoader(join(packageRoot(), 'config-templates'));
  const environment = new nunjucks.Environment(loader, {
    autoescape: false,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return environment.render(`${name}.njk`, values);
}
