/** A little daemon of its own process: socketmap on the socket that was handed in, until SIGTERM. */

import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { endpointsFor, handedSockets } from '../../../src/net/endpoint.ts';
import { serveProtocol } from '../../../src/net/serve.ts';
import { socketmapWorld } from '../../unit/protocol/dialogue.ts';

const [endpoint] = endpointsFor('socketmap', [], handedSockets(process.env, process.pid));
if (!endpoint) throw new Error('no socket was handed in');
const listening = await serveProtocol({
  protocol: socketmapWorld(),
  endpoint,
  log: silent,
  clock: systemClock,
});
process.once('SIGTERM', () => void listening.close());
process.stdout.write(`${process.pid} ${listening.address}\n`);
