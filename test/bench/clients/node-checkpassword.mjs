/** node-checkpassword — trivial-checkpassword as a Node program: why dovetail does not ship one. */

import { readFileSync, writeSync } from 'node:fs';
import { createConnection } from 'node:net';

const [user, password] = readFileSync(3, 'utf8').split('\0');
const socket = createConnection(process.argv[3]);
socket.setEncoding('utf8');
socket.write(`V1\tVERIFY\t${user}\t${password}\timap\t127.0.0.1\n`);
let reply = '';
socket.on('error', () => process.exit(111));
socket.on('data', (text) => {
  reply += text;
  if (!reply.endsWith('\n')) return;
  const accepted = reply.startsWith('OK\t');
  if (accepted) writeSync(4, reply.slice(3, -1));
  process.exit(accepted ? 0 : 1);
});
