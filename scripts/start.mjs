#!/usr/bin/env node
/** start — from a fresh clone to a running dovetail with an example to play with.
 *
 * usage    npm start         installs and builds where needed, makes the example, runs the daemon
 *          npm run demo      the same preparation, then a mail through real Postfix and Dovecot
 * makes    var/             the embedded PostgreSQL and the sockets; remove it to start afresh
 * notes    With DATABASE_URL set, that database is used and no example is made in it. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale, follow, install, must, program, root } from './checkout.mjs';

const PASSWORD = 'correct horse battery';

/** The example: each line is a command that anybody could have typed. */
const EXAMPLE = [
  ['domain', 'add', 'example.org'],
  ['domain', 'add', 'old.example', '--alias-of', 'example.org'],
  ['user', 'add', 'alice@example.org', '--name', 'Alice', '--quota', '2G', '--password-stdin'],
  ['user', 'add', 'bob@example.org', '--name', 'Bob', '--password-stdin'],
  ['alias', 'add', 'sales@example.org', 'alice@example.org', 'bob@example.org'],
  ['alias', 'add', '@example.org', 'bob@example.org'],
];

const NEXT = `
The example is there: alice@example.org and bob@example.org, both with the password
"${PASSWORD}"; sales@example.org goes to both; old.example is another name of
example.org; whatever else is written to @example.org goes to bob.

Try this in a second terminal, in this folder:

  bin/dovetail lookup virtual_alias_maps sales@example.org
  bin/dovetail explain recipient sales+march@old.example
  bin/dovetail user list
  echo '${PASSWORD}' | bin/dovetail auth test alice@example.org --service imap
  bin/dovetail alias add info@example.org alice@example.org

Ask as Postfix asks (with Postfix installed):

  postmap -q sales@example.org socketmap:unix:SOCKET:virtual_alias_maps

Ctrl-C stops it. What you added stays in var/; remove that folder to start afresh.
`;

/** Asks dovetail; resolves with nothing, the exit code alone tells. */
function isThere(...words) {
  return spawnSync(process.execPath, [program, ...words], { cwd: root, stdio: 'ignore' }).status === 0;
}

function makeExample() {
  if (isThere('domain', 'show', 'example.org')) return;
  console.log('Making the example domain …');
  for (const words of EXAMPLE) {
    must(process.execPath, [program, ...words], `dovetail ${words.join(' ')}`, {
      input: `${PASSWORD}\n`,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  }
}

async function start() {
  if (process.env.DATABASE_URL) return follow(process.execPath, [program, 'serve']);
  makeExample();
  console.log(NEXT.replace('SOCKET', join(root, 'var/run/socketmap.sock')));
  return follow(process.execPath, [program, 'serve']);
}

async function demo() {
  const built = join(root, 'dist/demo.js');
  if (!existsSync(built)) throw new Error('dist/demo.js is missing: run `npm run build`');
  return follow(process.execPath, ['--enable-source-maps', built, ...process.argv.slice(3)]);
}

install();
await buildIfStale();
process.exitCode = process.argv[2] === 'demo' ? await demo() : await start();
