/** server — a protocol on a real socket, with answers that the test decides. */

import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Soon } from '../../../src/base/answer.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Log, LogFields } from '../../../src/base/log.ts';
import type { Endpoint } from '../../../src/net/endpoint.ts';
import type { Limits } from '../../../src/net/limits.ts';
import { type Listening, serveProtocol } from '../../../src/net/serve.ts';
import type { Protocol, Reply } from '../../../src/protocol/protocol.ts';
import { line } from '../../../src/wire/line.ts';

export interface Event {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: LogFields;
}

export interface TestServer extends Listening {
  readonly events: readonly Event[];
  /** Resolves at the first such event, also if it was earlier. */
  happened(event: string): Promise<Event>;
}

/** Lines in, `<answer>` out; a refusal is `broken: why`, a failure `failed: line`. */
export const lines = (answer: (line: string) => Soon<Reply>, limit?: number): Protocol<string> => ({
  name: 'lines',
  framing: line(limit),
  converse: () => ({ answer }),
  broken: (why) => `broken: ${why}\n`,
  failed: (message) => `failed: ${message}\n`,
});

export const echo = lines((text) => `${text}\n`);

let count = 0;
export const freshPath = (): string => {
  count += 1;
  return join(inject('runFolder'), `net-${process.pid}-${count}.sock`);
};

export async function serve(
  protocol: Protocol<string>,
  { limits, endpoint }: { limits?: Partial<Limits>; endpoint?: Endpoint } = {},
): Promise<TestServer> {
  const { log, events, happened } = recorder();
  const listening = await serveProtocol({
    protocol,
    endpoint: endpoint ?? { kind: 'unix', path: freshPath() },
    log,
    clock: systemClock,
    limits: { sweepEvery: 10, drainTime: 500, lingerTime: 200, ...limits },
  });
  onTestFinished(() => listening.close());
  return {
    events,
    happened,
    address: listening.address,
    protocol: listening.protocol,
    traffic: () => listening.traffic(),
    get connections() {
      return listening.connections;
    },
    close: () => listening.close(),
    limit: (changes) => listening.limit(changes),
  };
}

function recorder() {
  const events: Event[] = [];
  let waiting: { event: string; resolve(event: Event): void }[] = [];
  const write =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) => {
      const entry = { level, event, fields };
      events.push(entry);
      for (const { resolve } of waiting.filter((one) => one.event === event)) resolve(entry);
      waiting = waiting.filter((one) => one.event !== event);
    };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const happened = (event: string): Promise<Event> => {
    const earlier = events.find((one) => one.event === event);
    return earlier ? Promise.resolve(earlier) : new Promise((resolve) => waiting.push({ event, resolve }));
  };
  return { log, events, happened };
}
