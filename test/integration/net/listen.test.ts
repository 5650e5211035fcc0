import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { UnixEndpoint } from '../../../src/net/endpoint.ts';
import { listen } from '../../../src/net/listen.ts';
import { connect } from './peer.ts';
import { echo, freshPath, serve } from './server.ts';

const at = (path: string, differs: Partial<UnixEndpoint> = {}) => ({
  endpoint: { kind: 'unix', path, ...differs } as const,
});

async function answers(path: string): Promise<boolean> {
  const peer = await connect(`unix:${path}`);
  peer.send('hello\n');
  const reply = await peer.receive(6);
  peer.socket.destroy();
  return reply.toString() === 'hello\n';
}

/** A group that a new socket would not get by itself, where we may give one away. */
const otherGroup = (): number => (process.getuid?.() === 0 ? 1 : (process.getgid?.() as number));

describe('a unix socket', () => {
  test('is open to its owner and group, if nothing else is wished', async () => {
    const path = freshPath();
    await serve(echo, at(path));
    expect(lstatSync(path).mode & 0o777).toBe(0o660);
  });

  test('gets its mode and group', async () => {
    const path = freshPath();
    const group = otherGroup();
    await serve(echo, at(path, { mode: 0o600, group }));
    expect(lstatSync(path)).toMatchObject({ gid: group });
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });

  test('gets its group by name', async () => {
    const path = freshPath();
    const group = otherGroup();
    const name = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(group));
    await serve(echo, at(path, { group: name?.split(':')[0] as string }));
    expect(lstatSync(path).gid).toBe(group);
  });

  test('leaves nothing else in its folder, and nothing at all when it is closed', async () => {
    const folder = join(inject('runFolder'), 'alone');
    mkdirSync(folder);
    const server = await serve(echo, at(join(folder, 'a.sock')));
    expect(readdirSync(folder)).toEqual(['a.sock']);
    await server.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('replaces one that a killed predecessor left', async () => {
    const path = freshPath();
    const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('ready'))`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    expect(existsSync(path)).toBe(true);
    await serve(echo, at(path));
    expect(await answers(path)).toBe(true);
  });

  test('is not removed by a predecessor that closes after its successor came', async () => {
    const path = freshPath();
    const predecessor = await serve(echo, at(path));
    await serve(echo, at(path));
    await predecessor.close();
    expect(await answers(path)).toBe(true);
  });

  test('closes once, however often it is told', async () => {
    const server = await serve(echo);
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});

describe('what cannot be listened at is said in one clear sentence', () => {
  const file = () => {
    const path = freshPath();
    writeFileSync(path, 'precious');
    return path;
  };
  const link = () => {
    const path = freshPath();
    symlinkSync('/etc/passwd', path);
    return path;
  };
  test.each([
    ['a file', file, {}, /there is something that is not a socket$/],
    ['a symbolic link', link, {}, /there is something that is not a socket$/],
    [
      'a long path',
      () => `/tmp/${'x'.repeat(103)}`,
      {},
      /longer than the 107 octets that a unix socket may have$/,
    ],
    ['a folder that is not there', () => '/nowhere/at/all.sock', {}, /ENOENT|EACCES/],
    [
      'an unknown group',
      freshPath,
      { group: 'no-such-group' },
      /there is no group no-such-group in \/etc\/group/,
    ],
  ])('%s', async (_name, makePath, differs, sentence) => {
    const path = makePath();
    const failure = await serve(echo, at(path, differs)).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).toMatch(sentence);
    expect(failure).toContain(`cannot listen at unix:${path}: `);
  });

  test('the file is still there', async () => {
    const path = file();
    await expect(serve(echo, at(path))).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('a TCP port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(serve(echo, { endpoint: { kind: 'inet', host: '127.0.0.1', port } })).rejects.toThrow(
      /^cannot listen at inet:127\.0\.0\.1:\d+: .*EADDRINUSE/,
    );
    await new Promise((resolve) => taken.close(resolve));
  });

  test('and each try leaves nothing behind at the server that tries again', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const endpoint = { kind: 'inet', host: '127.0.0.1', port } as const;
    const server = createServer();
    const listeners = () => [server.listenerCount('listening'), server.listenerCount('error')];
    await expect(listen(server, endpoint)).rejects.toThrow(/EADDRINUSE/);
    expect(listeners()).toEqual([0, 0]);
    await new Promise((resolve) => taken.close(resolve));
    await listen(server, endpoint);
    expect(listeners()).toEqual([0, 0]);
    await new Promise((resolve) => server.close(resolve));
  });
});
