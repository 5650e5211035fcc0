/** listen — opens an endpoint, and gives its path back when it is closed.
 *
 * A unix socket is bound to a hidden name, given its mode and group, and then renamed to its path:
 * nobody ever meets it half made, and a predecessor that still runs loses its path in the
 * same instant, so that no client finds none.
 *
 * limits   107 octets a path (sun_path of unix(7), less its NUL)
 * bugs     between the look at the path and its removal a successor could take it over: some
 *          microseconds; its clients would then find no socket */

import { chmodSync, chownSync, lstatSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ListenOptions, Server } from 'node:net';
import { dirname, join } from 'node:path';
import { reasonOf } from '../base/text.ts';
import { type Endpoint, formatEndpoint, type InetEndpoint, type UnixEndpoint } from './endpoint.ts';

const MAX_PATH = 107;
const DEFAULT_MODE = 0o660;
// As much as the kernel grants (net.core.somaxconn): a peer whose connect finds a full queue
// gets an error at once, and connections must wait here while a daemon restarts.
export const BACKLOG = 4096;

export interface Bound {
  /** `unix:/run/dovetail/socketmap.sock`, `inet:127.0.0.1:8283` with the real port, `fd:3`. */
  readonly address: string;
  /** New clients no longer find us here. Never throws; does nothing the second time. */
  release(): void;
}

const nothing = (): void => {};

/** Rejects with one clear sentence when the endpoint cannot be had. */
export async function listen(server: Server, endpoint: Endpoint): Promise<Bound> {
  try {
    if (endpoint.kind === 'unix') return await listenAtPath(server, endpoint);
    await startListening(server, endpoint.kind === 'inet' ? endpoint : { fd: endpoint.fd });
    return { address: addressOf(server, endpoint), release: nothing };
  } catch (error) {
    throw new Error(`cannot listen at ${formatEndpoint(endpoint)}: ${reasonOf(error)}`, { cause: error });
  }
}

function startListening(server: Server, options: ListenOptions & { fd?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    // Both go, whichever comes: a port that is taken is tried again with the same server.
    const done = (): void => {
      server.off('error', failed);
      resolve();
    };
    const failed = (error: Error): void => {
      server.off('listening', done);
      reject(error);
    };
    server.once('error', failed);
    server.once('listening', done);
    server.listen({ ...options, backlog: BACKLOG });
  });
}

function addressOf(server: Server, endpoint: Endpoint): string {
  const address = server.address();
  if (endpoint.kind !== 'inet' || address === null || typeof address === 'string')
    return formatEndpoint(endpoint);
  const actual: InetEndpoint = { ...endpoint, port: address.port };
  return formatEndpoint(actual);
}

let bound = 0;

async function listenAtPath(server: Server, endpoint: UnixEndpoint): Promise<Bound> {
  const { path, mode = DEFAULT_MODE } = endpoint;
  bound += 1;
  const hidden = join(dirname(path), `.${process.pid.toString(36)}.${bound}`);
  if ([path, hidden].some((name) => Buffer.byteLength(name) > MAX_PATH)) {
    throw new Error(`the path is longer than the ${MAX_PATH} octets that a unix socket may have`);
  }
  refuseOtherFiles(path);
  const group = await groupNumber(endpoint.group);
  rmSync(hidden, { force: true });
  await startListening(server, { path: hidden });
  try {
    if (group !== undefined) chownSync(hidden, -1, group);
    chmodSync(hidden, mode);
    renameSync(hidden, path);
  } catch (error) {
    server.close();
    rmSync(hidden, { force: true });
    throw error;
  }
  return { address: formatEndpoint(endpoint), release: releaser(path) };
}

/** A socket that a predecessor left, or still serves, may be replaced; a file may not. */
function refuseOtherFiles(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat && !stat.isSocket()) throw new Error('there is something that is not a socket');
}

/** Removes the path if the socket there is still this one: a successor may have taken it over. */
function releaser(path: string): () => void {
  const ours = lstatSync(path);
  let isReleased = false;
  return () => {
    if (isReleased) return;
    isReleased = true;
    try {
      // Our socket is open, so the kernel gives its inode's number to no other.
      const now = lstatSync(path, { throwIfNoEntry: false });
      if (now?.ino === ours.ino && now.dev === ours.dev) unlinkSync(path);
    } catch {
      // A path that stays behind is replaced by the next start.
    }
  };
}

async function groupNumber(group: number | string | undefined): Promise<number | undefined> {
  if (typeof group !== 'string') return group;
  if (/^\d+$/.test(group)) return Number(group);
  const entries = (await readFile('/etc/group', 'utf8')).split('\n').map((entry) => entry.split(':'));
  const number = entries.find(([name]) => name === group)?.[2];
  if (number === undefined) throw new Error(`there is no group ${group} in /etc/group; give its number`);
  return Number(number);
}
