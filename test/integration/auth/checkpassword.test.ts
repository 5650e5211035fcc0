/** Both clients against a daemon of five lines: what is asked, what is answered, how they exit. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

const clients = new URL('../../../clients/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'checkpassword-'));
const socket = join(folder, 'login.sock');
afterAll(() => rmSync(folder, { recursive: true }));

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

function compiled(): string {
  const program = join(folder, 'dovetail-checkpassword');
  execFileSync('cc', [
    '-O2',
    '-static',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    program,
    join(clients, 'dovetail-checkpassword.c'),
  ]);
  return program;
}

const programs: Record<string, string> = { Perl: join(clients, 'dovetail-checkpassword') };
if (hasCompiler) programs.C = compiled();

test('the C client is compiled and driven like the Perl one', ({ skip }) => {
  if (!hasCompiler) skip('there is no C compiler here (cc): apt install gcc libc6-dev');
  expect(Object.keys(programs)).toEqual(['Perl', 'C']);
});

test('the Perl client is strict and without a warning', () => {
  const checked = spawnSync('perl', ['-w', '-Mstrict', '-c', join(clients, 'dovetail-checkpassword')]);
  expect(checked.stderr.toString()).toMatch(/^\S+ syntax OK\n$/u);
});

const LOGIN = { SERVICE: 'imap', TCPREMOTEIP: '192.0.2.7' };
const USERDB = { SERVICE: 'lmtp', AUTHORIZED: '1' };
const PASSDB = { SERVICE: 'imap', AUTHORIZED: '1', CREDENTIALS_LOOKUP: '1', SCHEME: '' };

interface Run {
  readonly code: number | null;
  readonly reply: string;
  readonly stderr: string;
}

interface Asking {
  readonly env?: Record<string, string>;
  /** What Dovecot writes on fd 3. */
  readonly input?: string | Buffer;
  readonly args?: readonly string[];
}

/** As Dovecot runs it: the request on fd 3, the reply on fd 4, the reply program as last argument. */
function run(
  program: string,
  { env = LOGIN, input = 'alice\0secret\0\0', args = ['--socket', socket] }: Asking = {},
) {
  return new Promise<Run>((resolve, reject) => {
    const child = spawn(program, [...args, '/usr/lib/dovecot/checkpassword-reply'], {
      env: { PATH: '/usr/bin:/bin', PROTO: 'TCP', HOME: '/root', USER: 'root', ...env },
      stdio: ['ignore', 'inherit', 'pipe', 'pipe', 'pipe'],
    });
    const [, , stderr, request, answer] = child.stdio as unknown as [
      null,
      null,
      Readable,
      Writable,
      Readable,
    ];
    const texts = { reply: '', stderr: '' };
    answer.on('data', (chunk) => (texts.reply += chunk));
    stderr.on('data', (chunk) => (texts.stderr += chunk));
    request.on('error', () => {}); // it may exit without reading
    request.end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

let server: Server | undefined;
const heard: string[] = [];

/** Listens, keeps what it hears, and lets `react` answer each connection's first line. */
async function daemon(react: (connection: Socket, line: string) => unknown): Promise<void> {
  heard.length = 0;
  server = createServer((connection) => {
    connection.on('error', () => {});
    connection.once('data', (line) => {
      heard.push(line.toString());
      void react(connection, line.toString());
    });
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
}

const answering = (text: string | Buffer) => daemon((connection) => connection.end(text));

afterEach(async () => {
  const closing = server;
  server = undefined;
  if (closing?.listening) await new Promise((resolve) => closing.close(resolve));
});

const FIELDS = 'user=alice@example.org\tuserdb_home=/var/mail/a\tuserdb_uid=5000';

describe.each(Object.entries(programs))('the %s client', (_, program) => {
  test('asks VERIFY with the service and the address of the mail client', async () => {
    await answering(`OK\t${FIELDS}\n`);
    expect(await run(program)).toEqual({ code: 0, reply: `${FIELDS}\t`, stderr: '' });
    expect(heard).toEqual(['V1\tVERIFY\talice\tsecret\timap\t192.0.2.7\tflavour=23\n']);
  });

  test('asks PASSDB for a look-up of the stored hash', async () => {
    await answering('OK\tuser=alice\tpassword={SSHA256}abc\tuserdb_uid=5000\n');
    expect(await run(program, { env: PASSDB, input: 'alice\0\0\0' })).toEqual({
      code: 2,
      reply: 'user=alice\tpassword={SSHA256}abc\tuserdb_uid=5000\t',
      stderr: '',
    });
    expect(heard).toEqual(['V1\tPASSDB\talice\t\timap\t\tflavour=23\n']);
  });

  test('asks USERDB for a mailbox and names its fields as Dovecot wants them', async () => {
    await answering('OK\tuser=alice\thome=/var/mail/a\tuid=5000\tgid=5000\tquota_rule=*:bytes=1000\n');
    expect(await run(program, { env: USERDB, input: 'alice\0\0\0' })).toEqual({
      code: 2,
      reply:
        'user=alice\tuserdb_home=/var/mail/a\tuserdb_uid=5000\tuserdb_gid=5000\tuserdb_quota_rule=*:bytes=1000\t',
      stderr: '',
    });
    expect(heard).toEqual(['V1\tUSERDB\talice\t\tlmtp\t\tflavour=23\n']);
  });

  const exits: Record<string, readonly [login: number, passdb: number, userdb: number]> = {
    NOUSER: [1, 3, 3],
    MISMATCH: [1, 111, 111],
    DISABLED: [1, 3, 111],
    TEMPFAIL: [111, 111, 111],
    'TEMPFAIL\tthe database is away': [111, 111, 111],
    // Dovecot takes a success without a reply for a failure, and so do we.
    OK: [111, 111, 111],
    'OK\t': [111, 111, 111],
    '': [111, 111, 111],
    'SURPRISE\tx=y': [111, 111, 111],
  };

  test.each(Object.entries(exits))(
    'turns %j into the exit codes of each mode',
    async (line, [login, passdb, userdb]) => {
      await answering(`${line}\n`);
      for (const [env, code] of [
        [LOGIN, login],
        [PASSDB, passdb],
        [USERDB, userdb],
      ] as const) {
        expect(await run(program, { env })).toMatchObject({ code, reply: '' });
      }
    },
  );

  test('says why it could not find out, never the password', async () => {
    await answering('TEMPFAIL\tthe database is away\n');
    const { stderr } = await run(program);
    expect(stderr).toContain('the database is away');
    expect(stderr).toMatch(/^dovetail-checkpassword: [^\n]+\n$/);
    expect(stderr).not.toContain('secret');
  });

  test('escapes what would end a field or a line, and hands escapes back as they came', async () => {
    await answering('OK\tuser=a\x01tb\tuserdb_home=/x\x01n\n');
    const input = 'a\tb\x01c\0p\n\r\ts\0\0';
    expect(await run(program, { input, env: { ...LOGIN, SERVICE: 'im\tap' } })).toMatchObject({
      code: 0,
      reply: 'user=a\x01tb\tuserdb_home=/x\x01n\t',
    });
    expect(heard).toEqual([
      'V1\tVERIFY\ta\x01tb\x011c\tp\x01n\x01r\x01ts\tim\x01tap\t192.0.2.7\tflavour=23\n',
    ]);
  });

  test('hands UTF-8, spaces and quotes on byte by byte', async () => {
    await answering(`OK\tuser=jörg\n`);
    expect(await run(program, { input: `jörg\0pä "$'\\ 🔑\0\0` })).toMatchObject({
      code: 0,
      reply: 'user=jörg\t',
    });
    expect(heard).toEqual([`V1\tVERIFY\tjörg\tpä "$'\\ 🔑\timap\t192.0.2.7\tflavour=23\n`]);
  });

  test('takes an empty password, and the 512 bytes that Dovecot sends at most', async () => {
    await answering('MISMATCH\n');
    expect((await run(program, { input: 'alice\0\0\0' })).code).toBe(1);
    expect((await run(program, { input: `alice\0${'\t'.repeat(504)}\0\0` })).code).toBe(1);
    expect(heard[1]).toContain('\x01t'.repeat(504));
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no NUL', 'alice'],
    ['no password', 'alice\0secret'],
    ['no user', '\0secret\0\0'],
    ['more than 512 bytes', `alice\0${'x'.repeat(505)}\0\0`],
  ])('is temporary with %s on fd 3, and asks nobody', async (_name, input) => {
    await answering('OK\tuser=alice\n');
    expect(await run(program, { input })).toMatchObject({ code: 111, reply: '' });
    expect(heard).toEqual([]);
  });

  test('is temporary when the daemon is down', async () => {
    const { code, stderr } = await run(program);
    expect(code).toBe(111);
    expect(stderr).toContain(socket);
    expect((await run(program, { env: USERDB })).code).toBe(111);
  });

  test('asks once more when the connection ends without an answer, as while the daemon is replaced', async () => {
    await daemon((connection) =>
      heard.length === 1 ? connection.destroy() : connection.end('OK\tuser=alice\n'),
    );
    expect(await run(program)).toMatchObject({ code: 0, reply: 'user=alice\t' });
    expect(heard).toHaveLength(2);
  });

  test('is temporary when that happens again, or the answer has no end', async () => {
    await answering('OK\tuser=ali');
    expect(await run(program)).toMatchObject({ code: 111, reply: '' });
    expect(heard).toHaveLength(2);
  });

  test('is temporary when the answer is endless', async () => {
    await answering(Buffer.alloc(100_000, 'x'));
    expect(await run(program)).toMatchObject({ code: 111, reply: '' });
  });

  test('reads an answer that arrives byte by byte', async () => {
    await daemon(async (connection) => {
      for (const byte of 'OK\tuser=alice\n') {
        connection.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      connection.end();
    });
    expect(await run(program)).toMatchObject({ code: 0, reply: 'user=alice\t' });
  });

  test('gives up on a silent daemon', async () => {
    await daemon(() => {});
    const { code, stderr } = await run(program);
    expect({ code, stderr }).toMatchObject({
      code: 111,
      stderr: expect.stringContaining('within 5 seconds'),
    });
  });

  test.each([
    ['an unknown option', ['--sokcet', socket]],
    ['a path that no socket can have', ['--socket', `/${'x'.repeat(200)}`]],
  ])('is temporary with %s', async (_name, args) => {
    expect(await run(program, { args })).toMatchObject({ code: 111, stderr: expect.stringMatching(/./) });
  });

  test('takes --socket=PATH as well', async () => {
    await answering('OK\tuser=alice\n');
    expect((await run(program, { args: [`--socket=${socket}`] })).code).toBe(0);
  });

  test('is temporary without fd 3 and fd 4', () => {
    expect(spawnSync(program, ['--socket', socket], { stdio: 'ignore' }).status).toBe(111);
  });
});
