/** load — load.c for machines without a compiler: same arguments, same questions, same output.
 *
 * bugs     costs about as much CPU a request as the servers it measures: read the server's own
 *          CPU time, not the rate, when this client was used */

import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  args: process.argv
    .slice(2)
    .map((argument, i, all) => (all[i - 1] === '--once' ? `--from=${argument}` : argument)),
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '0' },
    seed: { type: 'string', default: '20240601' },
    unknown: { type: 'string', default: '0.3' },
    exponent: { type: 'string', default: '1' },
    once: { type: 'boolean', default: false },
    from: { type: 'string', default: '0' },
  },
});
const [socketPath, file, to] = positionals;

const netstring = (text) => `${Buffer.byteLength(text)}:${text},`;
const questions = readFileSync(file, 'utf8')
  .slice(0, -1)
  .split('\n')
  .map((line) => {
    const [kind, request, reply] = line.split('\t');
    return { kind, request: netstring(request), reply: netstring(reply) };
  });

let state = (Number(options.seed) | 1) >>> 0;
function uniform() {
  // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function zipf(of) {
  const sums = new Float64Array(of.length);
  let sum = 0;
  for (let i = 0; i < of.length; i += 1) sums[i] = sum += (i + 1) ** -Number(options.exponent);
  return () => {
    const x = uniform() * sum;
    let [low, high] = [0, of.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < x) low = middle + 1;
      else high = middle;
    }
    return of[low];
  };
}

function drawn() {
  const known = questions.filter((q) => q.kind === 'k');
  const unknown = questions.filter((q) => q.kind === 'u');
  const [oneKnown, oneUnknown] = [zipf(known), zipf(unknown)];
  const askUnknown = () => unknown.length > 0 && (known.length === 0 || uniform() < Number(options.unknown));
  return Array.from({ length: 2 ** 18 }, () => (askUnknown() ? oneUnknown() : oneKnown()));
}

const seconds = Number(options.seconds);
const sequence = seconds > 0 ? drawn() : questions.slice(Number(options.from), Number(to));
const counted = { requests: 0, wrong: 0, later: 0 };
const times = [];
let next = 0;
let started = 0;

function converse() {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let question;
    let asked = 0;
    let have = '';
    const ask = () => {
      question = sequence[next++ % sequence.length];
      have = '';
      asked = performance.now();
      socket.write(question.request);
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      have += chunk.toString();
      const colon = have.indexOf(':');
      if (colon < 0 || Buffer.byteLength(have) < Number(have.slice(0, colon)) + colon + 2) return;
      const now = performance.now();
      counted.requests += 1;
      times.push(now - asked);
      if (have !== question.reply) {
        counted[have.slice(colon).startsWith(':TEMP ') ? 'later' : 'wrong'] += 1;
        process.stderr.write(`load: asked ${question.request} got ${have} wanted ${question.reply}\n`);
      }
      if (seconds > 0 ? now - started < seconds * 1000 : next < sequence.length) return ask();
      socket.end(resolve);
    });
  });
}

const before = process.cpuUsage();
started = performance.now();
const wanted =
  seconds > 0 ? Number(options.connections) : Math.min(Number(options.connections), sequence.length);
await Promise.all(Array.from({ length: wanted }, converse));
const took = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
times.sort((a, b) => a - b);
const percentile = (share) => Math.round(times[Math.floor(times.length * share)] * 1000);
console.log(
  JSON.stringify({
    ...counted,
    seconds: took,
    cpu: user + system,
    p50: percentile(0.5),
    p99: percentile(0.99),
  }),
);
