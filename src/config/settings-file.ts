/** settings-file — reads the YAML file: one flat map of keys to plain values.
 *
 * limits   every value is taken as text (YAML's failsafe schema), so that `0660` stays `0660` */

import { existsSync, readFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';
import { reasonOf } from '../base/text.ts';

export const STANDARD_FILE = '/etc/dovetail/dovetail.yaml';

export interface SettingsFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** A named file must be there; without a name the standard file is read if it exists. */
export function readSettingsFile(named: string | undefined): SettingsFile {
  const path = named || STANDARD_FILE;
  if (!named && !existsSync(path)) return { path, values: new Map(), problems: [] };
  try {
    return parseSettings(path, readFileSync(path, 'utf8'));
  } catch (error) {
    return {
      path,
      values: new Map(),
      problems: [`${path} cannot be read: ${reasonOf(error)}`],
    };
  }
}

function parseSettings(path: string, text: string): SettingsFile {
  const document = parseDocument(text, {
    schema: 'failsafe',
    prettyErrors: false,
  });
  const problems = document.errors.map(
    (error) => `${path} line ${lineOf(text, error.pos[0])}: ${reasonOf(error)}`,
  );
  const values = new Map<string, string>();
  const root = document.contents;
  const isEmpty = root === null || (isScalar(root) && root.value === '');
  if (!isMap(root))
    return {
      path,
      values,
      problems: isEmpty ? problems : [...problems, `${path} must hold "key: value" lines`],
    };
  for (const { key, value } of root.items) {
    const [name, text] = [plainText(key), plainText(value)];
    if (name !== undefined && text !== undefined) values.set(name, text);
    else problems.push(`${name ?? 'a key'} in ${path} must be one plain value`);
  }
  return { path, values, problems };
}

/** The text of a scalar; in the failsafe schema there is nothing else in one. */
function plainText(node: unknown): string | undefined {
  if (node === null) return '';
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
