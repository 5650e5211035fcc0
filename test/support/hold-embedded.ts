/** hold-embedded — a process that opens an embedded PostgreSQL and keeps it until it is killed.
 *
 * usage    node --import tsx test/support/hold-embedded.ts FOLDER      prints the URL */

import { silent } from '../../src/base/log.ts';
import { openEmbedded } from '../../src/database/embedded.ts';

const folder = process.argv[2] ?? '';
void openEmbedded({ folder, log: silent, settings: { fsync: 'off' } }).then(({ url }) => {
  process.stdout.write(`${url}\n`);
  setInterval(() => undefined, 60_000);
});
