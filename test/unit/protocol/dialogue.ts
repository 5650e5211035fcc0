/** dialogue — reads a dialogue of test/golden/dialogues, and the world in which they all take place. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mechanisms } from '../../../src/auth/mechanisms/index.ts';
import { absent, found, later, type Soon } from '../../../src/base/answer.ts';
import { type Log, silent } from '../../../src/base/log.ts';
import { authClient } from '../../../src/protocol/auth-client.ts';
import { authWorker } from '../../../src/protocol/auth-worker.ts';
import { dict } from '../../../src/protocol/dict.ts';
import { authDict } from '../../../src/protocol/dict-auth.ts';
import { quotaDict } from '../../../src/protocol/dict-quota.ts';
import {
  type Account,
  type LoginOutcome,
  type LoginServices,
  login,
  type UserOutcome,
} from '../../../src/protocol/login.ts';
import { policy } from '../../../src/protocol/policy.ts';
import type { Protocol, Reply } from '../../../src/protocol/protocol.ts';
import { type SocketmapParts, socketmap } from '../../../src/protocol/socketmap.ts';
import { tcpTable } from '../../../src/protocol/tcp-table.ts';
import type { Recorded } from '../../../src/quota/waiting.ts';

const FOLDER = join(import.meta.dirname, '../../golden/dialogues');

/** Consecutive lines of one side are one turn. */
export interface Turn {
  readonly side: 'C' | 'S';
  readonly bytes: Buffer;
}

export interface Dialogue {
  readonly name: string;
  readonly protocol: Protocol<string>;
  readonly turns: readonly Turn[];
  /** dovetail ends the connection after the last turn. */
  readonly closes: boolean;
}

export function readDialogues(): Dialogue[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  return names.map((file) => {
    const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    const name = file.replace('.txt', '');
    const closes = lines.includes('S: <closes>');
    return { name, protocol: protocolOf(name), turns: turnsOf(lines), closes };
  });
}

function turnsOf(lines: readonly string[]): Turn[] {
  const turns: Turn[] = [];
  for (const line of lines) {
    if (line === '' || line.startsWith('#') || line === 'S: <closes>') continue;
    const [, side, text] = /^([CS]): (.*)$/.exec(line) ?? [];
    if ((side !== 'C' && side !== 'S') || text === undefined)
      throw new Error(`no line of a dialogue: ${line}`);
    const last = turns.at(-1);
    const bytes = bytesOf(text);
    if (last?.side === side) turns.splice(-1, 1, { side, bytes: Buffer.concat([last.bytes, bytes]) });
    else turns.push({ side, bytes });
  }
  return turns;
}

const NAMED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', 0: '\0', '\\': '\\' };

/** `\xNN` is an octet, not a character. */
function bytesOf(text: string): Buffer {
  const repeated = text.replace(/\{(.)\*(\d+)\}/g, (_, character: string, count: string) =>
    character.repeat(Number(count)),
  );
  const parts = repeated.split(/(\\x[0-9a-f]{2}|\\.)/);
  return Buffer.concat(
    parts.map((part) => {
      if (part.startsWith('\\x')) return Buffer.from(part.slice(2), 'hex');
      return Buffer.from(part.startsWith('\\') ? (NAMED[part.slice(1)] ?? part) : part);
    }),
  );
}

const worlds = {
  'auth-client': (log?: Log) => authClientWorld(log),
  'auth-worker': (log?: Log) => authWorkerWorld(log),
  dict: (log?: Log) => dictWorld(log),
  login: (log?: Log) => loginWorld(log),
  policy: (log?: Log) => policyWorld(log),
  socketmap: (log?: Log) => socketmapWorld(log),
  'tcp-table': (log?: Log) => tcpTableWorld(log),
} as const;

function protocolOf(name: string): Protocol<string> {
  const world = Object.entries(worlds).find(([protocol]) => name.startsWith(protocol));
  if (!world) throw new Error(`no protocol for the dialogue ${name}`);
  return world[1]();
}

const aliases: Readonly<Record<string, string>> = {
  'sales@x.test': 'ann@home.org, bob@home.org',
  'grüße@x.test': 'jörg@home.org',
  '"a b"@x.test': 'quoted@home.org',
  'a b@x.test': 'quoted@home.org',
  'empty@x.test': '',
  'control@x.test': 'ann@home.org\nbob@home.org',
  'long@x.test': 'y'.repeat(99_998),
  'longest@x.test': 'y'.repeat(99_997),
  'fits@x.test': 'y'.repeat(4091),
  'quoted-out@x.test': 'ü'.repeat(700),
};

const maps = ['virtual_alias_maps', 'transport_maps'];
const lookup: SocketmapParts['lookup'] = {
  has: (map) => maps.includes(map),
  answer(_map, key) {
    if (key === 'later@x.test') return later('database unreachable');
    if (key === 'slow@x.test') return new Promise((resolve) => setImmediate(resolve, found('slow@home.org')));
    if (key === 'throws@x.test') throw new Error('a bug');
    if (key === 'rejects@x.test') return Promise.reject(new Error('a bug'));
    const value = Object.hasOwn(aliases, key) ? aliases[key] : undefined;
    return value === undefined ? absent : found(value);
  },
};

export const socketmapWorld = (log: Log = silent): Protocol<string, Soon<Reply>> =>
  socketmap({ log, lookup });

export const tcpTableWorld = (log: Log = silent): Protocol<string, Soon<Reply>> =>
  tcpTable({ map: 'virtual_alias_maps', log, lookup });

/** What becomes of a recipient is in its local part. */
export const policyWorld = (log: Log = silent): Protocol<string, Soon<Reply>> =>
  policy({
    log,
    decide({ recipient }) {
      const because = { why: 'a test' };
      if (recipient === 'full@x.test')
        return {
          kind: 'refuse',
          reply: { code: 552, status: '5.2.2', text: 'The mailbox is full' },
          because,
        };
      if (recipient === 'greyed@x.test')
        return { kind: 'wait', reply: { code: 450, status: '4.7.1', text: 'Come\nagain später' }, because };
      if (recipient === 'mute@x.test')
        return { kind: 'refuse', reply: { code: 550, status: '5.7.1', text: '' }, because };
      if (recipient === 'muddled@x.test')
        return { kind: 'refuse', reply: { code: 450, status: '5.7.1', text: 'For good?' }, because };
      if (recipient === 'later@x.test') return later('database unreachable');
      if (recipient === 'slow@x.test')
        return new Promise((resolve) => setImmediate(resolve, { kind: 'pass' }));
      if (recipient === 'throws@x.test') throw new Error('a bug');
      if (recipient === 'rejects@x.test') return Promise.reject(new Error('a bug'));
      return { kind: 'pass' };
    },
  });

const account = (name: string, differs: Partial<Account> = {}): Account => ({
  user: `${name}@x.test`,
  home: `/var/mail/x.test/${name}`,
  uid: 5000,
  gid: 5000,
  mail: 'maildir:~/Maildir',
  quotaBytes: null,
  quotaMessages: null,
  ...differs,
});

const accounts: readonly Account[] = [
  account('alice', { quotaBytes: 2 ** 31 }),
  account('bob', { mail: 'mdbox:~/mdbox', quotaBytes: 0, quotaMessages: 1000 }),
  account('free'),
  account('closed', { quotaBytes: 1, quotaMessages: 0 }),
  account('escapes', { home: '/var/mail/x.test/escapes\tand\nmore' }),
];
const passwords: Readonly<Record<string, string>> = { 'escapes@x.test': 'a\tb\nc\rd\x01e\0f' };

/** Twelve long names are more than a line. */
const listed = [
  'alice@x.test',
  'bob@x.test',
  ...Array.from({ length: 12 }, (_, n) => `${String.fromCodePoint(0x6d + n)}${'y'.repeat(799)}`),
];

function findUser(user: string): UserOutcome {
  if (user === 'locked@x.test') return { kind: 'disabled', because: 'user' };
  if (user === 'later@x.test') return later('database unreachable');
  if (user === 'throws@x.test') throw new Error('a bug');
  const known = accounts.find((one) => one.user === user);
  return known ? { kind: 'ok', account: known } : { kind: 'unknown' };
}

const loginServices: LoginServices = {
  find: findUser,
  async verify({ user, password }): Promise<LoginOutcome> {
    const outcome = findUser(user);
    const isRight = password === (passwords[user] ?? 'secret');
    return outcome.kind === 'ok' && !isRight ? { kind: 'mismatch' } : outcome;
  },
  async credential({ user }) {
    const outcome = findUser(user);
    return outcome.kind === 'ok' ? { ...outcome, hash: '{SSHA512}c2VjcmV0', networks: [] } : outcome;
  },
  list(after) {
    if (after === 'later@x.test') return later('database unreachable');
    return { kind: 'listed', users: listed.filter((user) => user > after) };
  },
};

export const loginWorld = (log: Log = silent): Protocol<string, Soon<Reply>> =>
  login({ log, ...loginServices });

export const authWorkerWorld = (log: Log = silent, changes: Partial<LoginServices> = {}): Protocol<string> =>
  authWorker({ log, ...loginServices, ...changes });

/** Every connection is the first, and chance has an end here: a nonce is bytes of 7. */
export function authClientWorld(log: Log = silent): Protocol<string> {
  const anew = (): Protocol<string> => authServer(log);
  return { ...anew(), converse: () => anew().converse() };
}

function authServer(log: Log): Protocol<string> {
  return authClient({
    mechanisms: mechanisms.filter(({ name }) => name === 'PLAIN' || name === 'LOGIN'),
    temporaryBy: 'auto',
    spid: 4711,
    log,
    services: {
      verify: loginServices.verify,
      credential: async () => ({ kind: 'unknown' }),
      verifyToken: async () => ({ kind: 'unknown' }),
      nonce: () => Buffer.alloc(18, 7),
      decided: () => undefined,
      pseudorandom: () => found(Buffer.alloc(32, 9)),
    },
  });
}

export const dictWorld = (log: Log = silent): Protocol<string> =>
  dict({
    log,
    dicts: { auth: authDict(loginServices), quota: quotaDict(recordUsage) },
  });

/** As in a database that is away for one user and takes nothing of another. */
async function recordUsage(user: string): Promise<Recorded> {
  if (user === 'later@x.test') return { kind: 'uncertain', why: 'database unreachable' };
  if (user === 'refused@x.test') return { kind: 'refused', why: 'too many wait to be written' };
  return { kind: 'written' };
}
