/** documents — the Markdown of the project and what its text speaks of. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface Document {
  /** Below the root: `docs/schema.md`. */
  readonly path: string;
  readonly text: string;
}

export const read = (path: string): Document => ({ path, text: readFileSync(join(root, path), 'utf8') });

/** Files below a folder whose names end so, as paths below the root. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export const documents: readonly Document[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs', '.md'),
].map(read);

/** All matches of the first group, each once, with the documents that have them. */
export function mentions(pattern: RegExp, among: readonly Document[] = documents): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, text } of among) {
    for (const [, mention] of text.matchAll(pattern)) {
      if (mention !== undefined) found.set(mention, [...new Set([...(found.get(mention) ?? []), path])]);
    }
  }
  return found;
}

/** What is mentioned and does not exist, with where: `[ 'x in README.md' ]`. */
export const strangers = (mentioned: Map<string, string[]>, known: Iterable<string>): string[] => {
  const names = new Set(known);
  return [...mentioned]
    .filter(([name]) => !names.has(name))
    .map(([name, paths]) => `${name} in ${paths.join(', ')}`);
};

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/gu, '-');

export const anchorsOf = ({ text }: Document): Set<string> =>
  new Set([...text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => anchorOf(heading)));

/** The code blocks after `marker`, or all of them. */
export function codeLines({ text }: Document, marker: string): string[] {
  const blocks = text
    .split(marker)
    .slice(1)
    .map((rest) => /```\w*\n([\s\S]*?)```/u.exec(rest)?.[1] ?? '');
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.trim() !== '');
}

/** What people type: fenced blocks of a shell, and what stands in backticks. */
export function typedText({ text }: Document): string {
  const fenced = [...text.matchAll(/```(?:sh|console)\n([\s\S]*?)```/gu)].map(([, block]) => block);
  const prose = text.replace(/```[\s\S]*?```/gu, '');
  return [...fenced, ...[...prose.matchAll(/`([^`]+)`/gu)].map(([, words]) => words)].join('\n');
}
