/** map-server — the bare reference: `node:net`, a `Map`, correct netstrings, nothing else.
 *
 * usage    node map-server.mjs SOCKET QUESTIONS
 * limits   no deadlines, no drain, no back-pressure: what a lookup costs at the very least */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [socketPath, questions] = process.argv.slice(2);
const answers = new Map();
for (const line of readFileSync(questions, 'utf8').split('\n')) {
  const [kind, request, reply] = line.split('\t');
  if (kind === 'k' && reply.startsWith('OK ')) answers.set(request, reply);
}

const netstring = (text) => `${Buffer.byteLength(text)}:${text},`;
const MAX_LENGTH = 10_000;

/** Where the netstring at `start` has its payload and its end; undefined: the rest is to come. */
function readNetstring(bytes, start) {
  let length = 0;
  let at = start;
  for (; at < bytes.length && bytes[at] !== 0x3a; at += 1) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9 || (length === 0 && at > start)) throw new Error('no netstring');
    length = length * 10 + digit;
    if (length > MAX_LENGTH) throw new Error('too long');
  }
  const end = at + 1 + length;
  if (bytes.length <= end) return undefined;
  if (bytes[end] !== 0x2c) throw new Error('no comma');
  return { from: at + 1, end };
}

function converse(socket) {
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    let replies = '';
    try {
      for (let frame = readNetstring(bytes, start); frame; frame = readNetstring(bytes, start)) {
        const request = bytes.toString('utf8', frame.from, frame.end);
        replies += netstring(answers.get(request) ?? 'NOTFOUND ');
        start = frame.end + 1;
      }
    } catch {
      return socket.destroy();
    }
    rest = bytes.subarray(start);
    if (replies) socket.write(replies);
  });
}

createServer(converse).listen(socketPath, () => process.stdout.write('ready\n'));
