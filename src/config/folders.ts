/** folders — where dovetail keeps its things when nobody says otherwise.
 *
 * An installed dovetail uses /var/lib/dovetail and /run/dovetail. A checkout uses ./var and
 * ./var/run, unless the installed folders are there and may be written. */

import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StandardFolders {
  readonly stateDir: string;
  readonly runDir: string;
}

/** The folder that holds package.json, sql/ and config-templates/: from src/ and from dist/ alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'sql'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('the folder of dovetail (package.json and sql/) was not found');
    folder = above;
  }
  return folder;
}

export function standardFolders(root: string = packageRoot()): StandardFolders {
  const isCheckout = existsSync(join(root, 'src'));
  const choose = (installed: string, inCheckout: string) =>
    isCheckout && !isWritable(installed) ? join(root, inCheckout) : installed;
  return {
    stateDir: choose('/var/lib/dovetail', 'var'),
    runDir: choose('/run/dovetail', 'var/run'),
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
