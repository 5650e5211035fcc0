#!/usr/bin/env node
/** start — from a fresh clone to a running dovetail with an example to play with.
 *
 * usage    npm start         installs and builds where needed, runs the daemon, makes the example
 *          npm run demo      the same preparation, then a mail through real Postfix and Dovecot
 * makes    var/             the embedded PostgreSQL and the sockets; remove it to start afresh.
 *          Root's PostgreSQL, which runs as another user, is in /var/lib/dovetail where that user
 *          may not enter the checkout
 * notes    With DATABASE_URL set, that database is used and no example is made in it.
 *          Of the daemon's log only warnings are shown; DOVETAIL_LOG_LEVEL=info shows all of it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { begin, buildIfStale, codeOf, install, must, program, root, run, runScript } from './checkout.mjs';

const LEVELS = ['debug', 'info', 'warn', 'error'];
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

const nextSteps = (socket, state) => `
dovetail is running, with an example in it: alice@example.org and bob@example.org, both with
the password "${PASSWORD}"; sales@example.org goes to both; old.example is another name of
example.org; whatever else is written to example.org goes to bob.

Try this in a second terminal, in this folder:

  bin/dovetail lookup virtual_alias_maps sales@example.org
  bin/dovetail explain recipient sales+march@old.example
  echo '${PASSWORD}' | bin/dovetail auth test alice@example.org --service imap
  bin/dovetail alias add info@example.org alice@example.org
  bin/dovetail user list

Ask as Postfix would, if it is installed:

  postmap -q sales@example.org socketmap:${socket}:virtual_alias_maps

Ctrl-C stops it. What you added stays, in ${state}; remove that folder to start afresh.
`;

async function makeExample() {
  const look = [program, 'domain', 'show', 'example.org'];
  if ((await run(process.execPath, look, { stdio: 'ignore' })) === 0) return;
  for (const words of EXAMPLE) {
    const stdio = ['pipe', 'ignore', 'inherit'];
    await must(process.execPath, [program, ...words], `dovetail ${words.join(' ')}`, {
      input: `${PASSWORD}\n`,
      stdio,
    });
  }
}

/** Events of the daemon as they come: one object a line. */
async function* eventsOf(stream) {
  for await (const line of createInterface({ input: stream })) {
    try {
      yield JSON.parse(line);
    } catch {
      console.log(line);
    }
  }
}

const show = ({ level, event, time: _, ...fields }) =>
  console.log(`${level} ${event} ${JSON.stringify(fields)}`);

async function start() {
  if (process.env.DATABASE_URL) return run(process.execPath, [program, 'serve']);
  const wanted = LEVELS.indexOf(process.env.DOVETAIL_LOG_LEVEL || 'warn');
  console.log('Starting PostgreSQL and dovetail …');
  // Its readiness is an event too, of the level info.
  const env = { ...process.env, DOVETAIL_LOG_LEVEL: wanted === 0 ? 'debug' : 'info' };
  const stdio = ['ignore', 'pipe', 'inherit'];
  const daemon = begin(process.execPath, [program, 'serve'], { env, stdio });
  const exitCode = codeOf(daemon);
  let state = '';
  try {
    for await (const event of eventsOf(daemon.stdout)) {
      if (LEVELS.indexOf(event.level) >= wanted) show(event);
      if (event.event === 'database.embedded') state = event.folder;
      if (event.event !== 'daemon.ready') continue;
      await makeExample();
      const socket = event.addresses.find((address) => address.endsWith('socketmap.sock'));
      console.log(nextSteps(socket, state));
    }
  } catch (error) {
    if (!daemon.killed) daemon.kill();
    throw error;
  }
  return exitCode;
}

async function demo() {
  const built = join(root, 'dist/demo.js');
  if (!existsSync(built)) throw new Error('dist/demo.js is missing: run `npm run build`');
  return run(process.execPath, ['--enable-source-maps', built, ...process.argv.slice(3)]);
}

await runScript(async () => {
  await install();
  await buildIfStale();
  return process.argv[2] === 'demo' ? demo() : start();
});
