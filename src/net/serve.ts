/** serve — a protocol at an endpoint, until it is drained. Owns node:net together with its folder.
 *
 * What holds for every protocol: answers in the order of requests, deadlines, back-pressure, bounded
 * memory (connection.ts), and a drain that answers everything that has arrived. An exception in
 * an answer is the protocol's temporary failure and a log line.
 *
 * security  no authentication: a unix socket's mode and group, or the loopback address, are the guard */

import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createSparingLog } from '../base/sparing-log.ts';
import { reasonOf } from '../base/text.ts';
import type { Answered, Protocol } from '../protocol/protocol.ts';
import { afterNextPoll } from './after-poll.ts';
import type { Surroundings } from './answers.ts';
import { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { BACKLOG, listen } from './listen.ts';
import { createTraffic, reportOf, type TrafficReport } from './traffic.ts';

export interface Serving<M> {
  readonly protocol: Protocol<M, Answered>;
  readonly endpoint: Endpoint;
  readonly log: Log;
  readonly clock: Clock;
  /** What differs from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
}

export interface Listening {
  /** `unix:/run/dovetail/socketmap.sock`, `inet:127.0.0.1:8283` with the real port, `fd:3`. */
  readonly address: string;
  /** The protocol's name. */
  readonly protocol: string;
  /** Connections now. */
  readonly connections: number;
  /** What it has done so far. */
  traffic(): TrafficReport;
  /** Drains: takes no new connections, answers everything that has arrived, ends the
   * connections, and after `drainTime` cuts off the rest. Never rejects. */
  close(): Promise<void>;
  /** Other limits from now on, for open connections too; `maxConnections` for the next ones. */
  limit(changes: Partial<Limits>): void;
}

/** Rejects with one clear sentence when the endpoint cannot be had. */
export async function serveProtocol<M>(serving: Serving<M>): Promise<Listening> {
  const { protocol, endpoint, clock } = serving;
  const limits = { ...defaultLimits, ...serving.limits };
  const log = createSparingLog(serving.log, { clock });
  const traffic = createTraffic();
  const around: Surroundings<M> = { protocol, limits, log, clock, traffic, now: clock.now() };
  const connections = new Set<Connection<M>>();

  // Half-open: a client may end its side and still wait for the answer.
  const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: true };
  const server = createServer(options, (socket) => accept(socket, around, connections));
  const limit = (changes: Partial<Limits>): void => {
    around.limits = { ...around.limits, ...changes };
    server.maxConnections = around.limits.maxConnections;
  };
  limit({});
  server.on('drop', () => log.warn('net.full', { protocol: protocol.name, connections: connections.size }));

  const bound = await listen(server, endpoint);
  server.on('error', (error) => log.error('net.accept', { protocol: protocol.name, why: reasonOf(error) }));
  const sweeper = setInterval(() => sweep(around, clock, connections), limits.sweepEvery);
  log.info('net.listening', { protocol: protocol.name, address: bound.address });

  const close = async (): Promise<void> => {
    bound.release();
    // The queue of a socket that was handed in is the successor's.
    if (endpoint.kind !== 'handed') await acceptWaiting(server);
    await drain(server, connections, around);
    clearInterval(sweeper);
    log.info('net.closed', { protocol: protocol.name, address: bound.address });
  };
  let closed: Promise<void> | undefined;
  return {
    address: bound.address,
    protocol: protocol.name,
    get connections() {
      return connections.size;
    },
    traffic: () => reportOf(traffic, connections.size),
    close: () => {
      closed ??= close();
      return closed;
    },
    limit,
  };
}

function accept<M>(socket: Socket, around: Surroundings<M>, connections: Set<Connection<M>>): void {
  const connection = new Connection(socket, around, () => connections.delete(connection));
  connections.add(connection);
  around.traffic.connections += 1;
}

function sweep<M>(around: Surroundings<M>, clock: Clock, connections: Set<Connection<M>>): void {
  around.now = clock.now();
  for (const connection of connections) connection.sweep();
}

async function drain<M>(
  server: Server,
  connections: Set<Connection<M>>,
  around: Surroundings<M>,
): Promise<void> {
  const allClosed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections) connection.drain();
  const cutOff = setTimeout(() => {
    around.log.warn('net.cut_off', { protocol: around.protocol.name, connections: connections.size });
    for (const connection of connections) connection.destroy();
  }, around.limits.drainTime);
  await allClosed;
  clearTimeout(cutOff);
  // A socket tells that it is closed a moment after the server counts it so.
  await new Promise<void>(afterNextPoll);
}

/** Accepts what the kernel has accepted for us: closing would reset it. libuv takes one
 * connection a poll, so the queue is empty when a poll brings none. */
async function acceptWaiting(server: Server): Promise<void> {
  let accepted = 0;
  const count = (): void => {
    accepted += 1;
  };
  server.on('connection', count);
  for (let polls = 0, before = -1; accepted > before && polls < BACKLOG; polls += 1) {
    before = accepted;
    await new Promise<void>(afterNextPoll);
  }
  server.off('connection', count);
}
