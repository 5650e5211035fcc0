/** daemon — the whole daemon of this process's sources, at sockets of its own, and clients for it. */

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import { minutes, seconds, systemClock } from '../../src/base/clock.ts';
import { type Log, silent } from '../../src/base/log.ts';
import { loadSettings, type Settings } from '../../src/config/settings.ts';
import { waitUntil } from '../../src/demo/processes.ts';
import { type Daemon, startDaemon } from '../../src/main.ts';
import { toNetstring } from '../../src/wire/netstring.ts';

export interface RunningDaemon extends Daemon {
  readonly socketmap: string;
  readonly policy: string;
  readonly login: string;
  readonly auth: string;
  /** Resolves when it has noticed that the database is away; until then what it remembers is as true as it was. */
  untilDeaf(): Promise<void>;
}

/** On a busy machine a login may take seconds. */
const PATIENCE = { queryDeadline: seconds(20), answerDeadline: minutes(1) };
/** The same for a daemon in a process of its own. */
export const PATIENT = {
  DOVETAIL_QUERY_DEADLINE: `${PATIENCE.queryDeadline / 1000}s`,
  DOVETAIL_ANSWER_DEADLINE: `${PATIENCE.answerDeadline / 1000}s`,
};

/** Every default, with the patience of a test that is not about patience, and a run folder that is its alone. */
export async function testSettings(changes: Partial<Settings> = {}): Promise<Settings> {
  const outcome = loadSettings({ env: {} });
  if (outcome.kind !== 'ok') throw new Error(outcome.problems.join('; '));
  const runDir = join(inject('runFolder'), randomUUID().slice(0, 8));
  await mkdir(runDir, { recursive: true });
  return { ...outcome.settings, ...PATIENCE, runDir, http: null, ...changes };
}

/** Resolves when it hears changes, and so remembers; with `deaf` when its sockets are open. */
export async function runDaemon(
  url: string,
  { log = silent, deaf = false, ...changes }: Partial<Settings> & { log?: Log; deaf?: boolean } = {},
): Promise<RunningDaemon> {
  const settings = await testSettings(changes);
  const hearing = new EventEmitter();
  let hears = false;
  const note = (event: string): void => {
    if (event === 'listen.open' || event === 'listen.lost') {
      hears = event === 'listen.open';
      hearing.emit('change');
    }
  };
  const until = async (state: boolean): Promise<void> => {
    while (hears !== state) await once(hearing, 'change');
  };
  const hearingLog: Log = {
    ...log,
    info(event, fields) {
      note(event);
      log.info(event, fields);
    },
    warn(event, fields) {
      note(event);
      log.warn(event, fields);
    },
  };
  const daemon = await startDaemon({ settings, url, systemd: {}, clock: systemClock, log: hearingLog });
  if (!deaf) await until(true);
  return {
    ...daemon,
    socketmap: join(settings.runDir, 'socketmap.sock'),
    policy: join(settings.runDir, 'policy.sock'),
    login: join(settings.runDir, 'login.sock'),
    auth: join(settings.runDir, 'auth.sock'),
    untilDeaf: () => until(false),
  };
}

/** The same of a daemon in a process of its own, from its log. */
export const untilDeaf = (logFile: string): Promise<void> =>
  waitUntil('the daemon notices that the database is away', async () => {
    const told = (await readFile(logFile, 'utf8')).match(/listen\.(?:open|lost)/gu);
    return told?.at(-1) === 'listen.lost';
  });

export interface Client {
  /** One request, one reply; `undefined` when the connection ended instead. */
  ask(request: string): Promise<string | undefined>;
  end(): void;
}

/** `ask('virtual_alias_maps sales@example.org')` → `OK alice@example.org` */
export function socketmapClient(path: string): Client {
  const client = oneAtATime(path, /^\d+:(?<reply>[\s\S]*),$/u);
  return { ...client, ask: (request) => client.ask(toNetstring(request)) };
}

/** `ask({ recipient: 'sales@example.org' })` → `DUNNO`; what is not said is that of a stranger at RCPT. */
export function policyClient(path: string) {
  const client = oneAtATime(path, /^action=(?<reply>[^\n]+)\n\n$/u);
  return {
    end: client.end,
    ask: (attributes: Readonly<Record<string, string>>) => client.ask(policyRequest(attributes)),
  };
}

/** As Postfix 3.7 writes it. */
export function policyRequest(attributes: Readonly<Record<string, string>>): string {
  const all = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    protocol_name: 'ESMTP',
    client_address: '192.0.2.1',
    client_name: 'unknown',
    helo_name: 'mx.elsewhere.net',
    sender: 'stranger@elsewhere.net',
    recipient: '',
    recipient_count: '0',
    queue_id: '',
    instance: '123.456.789.0',
    size: '0',
    sasl_username: '',
    ...attributes,
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`;
}

/** `ask('V1\tUSERDB\talice@example.org\t\timap\t')` → `OK\tuser=…` */
export function loginClient(path: string): Client {
  const client = oneAtATime(path, /^(?<reply>[^\n]*)\n$/u);
  return { ...client, ask: (request) => client.ask(`${request}\n`) };
}

function oneAtATime(path: string, whole: RegExp): Client {
  const socket: Socket = connect(path);
  let received = '';
  let settle: (reply: string | undefined) => void = () => undefined;
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    received += chunk;
    const reply = whole.exec(received)?.groups?.reply;
    if (reply !== undefined) settle(reply);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => settle(undefined));
  return {
    ask: (bytes) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(undefined);
        received = '';
        settle = resolve;
        socket.write(bytes);
      }),
    end: () => void socket.destroy(),
  };
}
