/** key-file — the text of a file that may be replaced while we run: read again when it has changed. */

import { readFile, stat } from 'node:fs/promises';

/** Rejects when the file cannot be read: then nobody knows what stands in it now. */
export type KeyFile = () => Promise<string>;

export function openKeyFile(path: string): KeyFile {
  let known: { readonly version: string; readonly text: string } | undefined;
  return async () => {
    const { mtimeMs, size, ino } = await stat(path);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (known?.version !== version) known = { version, text: await readFile(path, 'utf8') };
    return known.text;
  };
}
