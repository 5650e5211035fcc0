/** The golden dialogues over a real socket: what Postfix and Dovecot see, octet by octet. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { type Listening, serveProtocol } from '../../../src/net/serve.ts';
import { readDialogues } from '../../unit/protocol/dialogue.ts';
import { connect } from './peer.ts';

const dialogues = readDialogues();

test('there are dialogues', () => {
  expect(dialogues.length).toBeGreaterThan(15);
});

describe.each(dialogues)('$name', ({ name, protocol, turns, closes }) => {
  let listening: Listening;

  beforeAll(async () => {
    const path = join(inject('runFolder'), `${name}.sock`);
    listening = await serveProtocol({
      protocol,
      endpoint: { kind: 'unix', path },
      log: silent,
      clock: systemClock,
    });
  });
  afterAll(() => listening.close());

  test('is held as written', async () => {
    const peer = await connect(listening.address);
    let expected = Buffer.alloc(0);
    for (const { side, bytes } of turns) {
      if (side === 'C') peer.send(bytes);
      else expected = Buffer.concat([expected, bytes]);
      expect((await peer.receive(expected.length)).toString()).toBe(expected.toString());
    }
    if (!closes) peer.socket.end();
    expect((await peer.ended).toString()).toBe(expected.toString());
    peer.socket.destroy();
  });

  test('is the same when everything is sent at once, and the client only listens after that', async () => {
    const peer = await connect(listening.address);
    const side = (which: 'C' | 'S') =>
      Buffer.concat(turns.filter((turn) => turn.side === which).map((t) => t.bytes));
    peer.socket.end(side('C'));
    expect((await peer.ended).toString()).toBe(side('S').toString());
    peer.socket.destroy();
  });
});
