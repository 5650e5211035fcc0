/** doors — every way to log in with a password, at real sockets in front of the daemon's services. */

import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { inject, onTestFinished } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { type Listening, serveProtocol } from '../../../src/net/serve.ts';
import { authClient } from '../../../src/protocol/auth-client.ts';
import { authWorker } from '../../../src/protocol/auth-worker.ts';
import { login } from '../../../src/protocol/login.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import { createServices, type Services } from '../../../src/services.ts';
import { testSettings } from '../../support/daemon.ts';
import { withClient } from '../../support/database.ts';

/** What a peer makes of an answer. `gone`: the connection ended instead. */
export type Heard = 'in' | 'wrong' | 'later' | 'gone';

export interface Attempt {
  readonly user: string;
  readonly password: string;
  readonly ip: string;
}

/** A login under way. */
export interface Knock {
  readonly heard: Promise<Heard>;
  /** Nobody waits for the answer any more. */
  leave(): void;
}

export interface Doors {
  readonly services: Services;
  readonly paths: Readonly<Record<Door, string>>;
  /** Clients now. */
  connections(): number;
  knock(door: Door, attempt: Attempt): Knock;
  /** As the daemon does: nobody waits, what has arrived is answered, the sockets are closed. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface Talk {
  /** Sent at once. */
  say(attempt: Attempt): string;
  /** By what the answer is known. */
  readonly answers: Readonly<Record<Exclude<Heard, 'gone'>, RegExp>>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const talks = {
  'login.sock': {
    say: ({ user, password, ip }) => `V1\tVERIFY\t${user}\t${password}\timap\t${ip}\n`,
    answers: { in: /^OK\t/m, wrong: /^(?:MISMATCH|NOUSER)$/m, later: /^TEMPFAIL\t/m },
  },
  'auth.sock': {
    say: ({ user, password, ip }) =>
      `VERSION\t1\t2\nCPID\t1\nAUTH\t1\tPLAIN\tservice=imap\trip=${ip}\tresp=${base64(`\0${user}\0${password}`)}\n`,
    answers: { in: /^OK\t1\t/m, wrong: /^FAIL\t1$/m, later: /^FAIL\t1\tcode=temp_fail$/m },
  },
  'auth-worker.sock': {
    say: ({ user, password, ip }) =>
      `VERSION\tauth-master\t1\t0\n1\tPASSV\t1\t${password}\tuser=${user}\tprotocol=imap\trip=${ip}\n`,
    answers: { in: /^1\tOK\t/m, wrong: /^1\tFAIL\t(?:0|-3)\t/m, later: /^1\tFAIL\t-1$/m },
  },
} satisfies Record<string, Talk>;

export type Door = keyof typeof talks | 'checkpassword';
export const doors = [...(Object.keys(talks) as (keyof typeof talks)[]), 'checkpassword'] as const;

let count = 0;

/** The user's password is `secret`, under a cheap hash where it is said. */
export async function addUser(url: string, user: string, scheme = 'ARGON2ID'): Promise<void> {
  const stored = parseStoredHash(
    scheme === 'PLAIN' ? '{PLAIN}secret' : await createPasswordHash('secret', scheme),
  );
  if (stored.kind !== 'hash') throw new Error(stored.why);
  await withClient(url, async (client) => {
    await client.query('insert into unified.mail_domains (domain) values ($1) on conflict do nothing', [
      user.split('@')[1],
    ]);
    await client.query('insert into unified.users (username, email) values ($1, $1)', [user]);
    await client.query(
      `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
       select id, 'dovecot', $2, $3 from unified.users where email = $1`,
      [user, stored.scheme.name, stored.text],
    );
  });
}

export async function openDoors(url: string, changes: Partial<Settings> = {}): Promise<Doors> {
  const settings = await testSettings({ rehashOnLogin: false, ...changes });
  const log = silent;
  const services = createServices({ settings, url, clock: systemClock, log, mayWrite: true });
  const { mechanisms, ...sasl } = services.sasl;
  const protocols: Readonly<Record<keyof typeof talks, Protocol<string>>> = {
    'login.sock': login({ ...services.logins, log }),
    'auth.sock': authClient({ mechanisms, services: sasl, temporaryBy: 'auto', spid: 1, log }),
    'auth-worker.sock': authWorker({ ...services.logins, log }),
  };
  count += 1;
  const pathOf = (name: string) => join(inject('runFolder'), `doors-${process.pid}-${count}-${name}`);
  const limits = { answerDeadline: settings.answerDeadline, drainTime: settings.drainTime };
  const open: Listening[] = [];
  for (const [name, protocol] of Object.entries(protocols)) {
    const endpoint = { kind: 'unix', path: pathOf(name) } as const;
    open.push(await serveProtocol({ protocol, endpoint, log, clock: systemClock, limits }));
  }
  const paths = {
    'login.sock': pathOf('login.sock'),
    'auth.sock': pathOf('auth.sock'),
    'auth-worker.sock': pathOf('auth-worker.sock'),
    checkpassword: pathOf('login.sock'),
  };
  const drain = async (): Promise<void> => {
    services.drain();
    await Promise.all(open.map((listening) => listening.close()));
  };
  return {
    services,
    paths,
    connections: () => open.reduce((sum, { connections }) => sum + connections, 0),
    knock: (door, attempt) =>
      door === 'checkpassword'
        ? checkPassword(paths[door], attempt)
        : knockAt(connect(paths[door]), talks[door], attempt),
    drain,
    async close() {
      await drain();
      await services.close();
    },
  };
}

function knockAt(socket: Socket, { say, answers }: Talk, attempt: Attempt): Knock {
  let text = '';
  const heard = new Promise<Heard>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      const [known] = Object.entries(answers).find(([, answer]) => answer.test(text)) ?? [];
      if (known !== undefined) resolve(known as Heard);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('gone'));
  });
  void heard.then(() => socket.destroy());
  onTestFinished(() => void socket.destroy());
  socket.write(say(attempt));
  return { heard, leave: () => void socket.destroy() };
}

const CHECKPASSWORD = new URL('../../../clients/dovetail-checkpassword', import.meta.url).pathname;

/** As Dovecot 2.3 runs it: the request on fd 3, the answer in how it ends. */
function checkPassword(socket: string, { user, password, ip }: Attempt): Knock {
  const child = spawn(CHECKPASSWORD, ['--socket', socket, 'reply-program'], {
    env: { PATH: '/usr/bin:/bin', PROTO: 'TCP', SERVICE: 'imap', TCPREMOTEIP: ip },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const request = child.stdio[3] as Writable;
  request.on('error', () => undefined);
  (child.stdio[4] as Readable).resume();
  request.end(`${user}\0${password}\0\0`);
  const heard = new Promise<Heard>((resolve) => {
    child.on('close', (code) =>
      resolve(code === 0 ? 'in' : code === 1 ? 'wrong' : code === 111 ? 'later' : 'gone'),
    );
  });
  return { heard, leave: () => void child.kill('SIGKILL') };
}
