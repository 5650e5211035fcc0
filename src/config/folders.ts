/** folders — where dovetail keeps its things when nobody says otherwise.
 *
 * An installed dovetail uses /var/lib/dovetail and /run/dovetail. A checkout uses ./var and
 * ./var/run, unless the installed folders are there and may be written.
 *
 * Root's embedded PostgreSQL runs as another user: in a checkout that is closed to others (/root
 * is), root uses /var/lib/dovetail too. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
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
    stateDir: isClosedToServer(root) ? '/var/lib/dovetail' : choose('/var/lib/dovetail', 'var'),
    runDir: choose('/run/dovetail', 'var/run'),
  };
}

const isClosedToServer = (root: string): boolean => process.getuid?.() === 0 && !isOpenToOthers(root);

/** Whether everybody may enter the folder and all that are above it. */
function isOpenToOthers(folder: string): boolean {
  const above = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (above === folder || isOpenToOthers(above));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
