/** What every framing promises: the slicing of a stream never changes its messages. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Intake } from '../../src/net/intake.ts';
import { attributes } from '../../src/wire/attributes.ts';
import type { Framing } from '../../src/wire/framing.ts';
import { line } from '../../src/wire/line.ts';
import { netstring, toNetstring } from '../../src/wire/netstring.ts';

interface Case {
  readonly framing: Framing<unknown>;
  /** One whole message on the wire. */
  readonly message: fc.Arbitrary<string>;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const LIMIT = 200;

const framings: Readonly<Record<string, Case>> = {
  netstring: { framing: netstring(LIMIT), message: text.map(toNetstring) },
  attributes: {
    framing: attributes(LIMIT),
    message: text.map((content) => `name=${content.replaceAll('\n', ' ')}\nother=\n\n`),
  },
  line: { framing: line(LIMIT), message: text.map((content) => `${content.replaceAll('\n', ' ')}\n`) },
  'line with carriage returns': {
    framing: line(LIMIT),
    message: text.map((content) => `${content.replaceAll('\n', '\r')}\r\n`),
  },
};

/** All messages of a stream that arrives in these chunks, as net/ reads it; and how it ended. */
function readAll<M>(framing: Framing<M>, chunks: readonly Buffer[]): { messages: M[]; end: string } {
  const intake = new Intake();
  const messages: M[] = [];
  for (const chunk of chunks) {
    const bytes = intake.add(chunk);
    let start = 0;
    for (;;) {
      const frame = framing(bytes, start);
      if (frame.kind === 'broken') return { messages, end: frame.why };
      if (frame.kind === 'more') break;
      messages.push(frame.message);
      start += frame.used;
    }
    intake.keep(bytes, start);
  }
  return { messages, end: intake.unread === 0 ? 'whole' : 'more' };
}

/** A stream cut at arbitrary places, empty chunks included. */
const slicings = (stream: fc.Arbitrary<Buffer>) =>
  fc.tuple(stream, fc.array(fc.nat(400), { maxLength: 30 })).map(([bytes, cuts]) => {
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
  });

const octets = (stream: string) => [...Buffer.from(stream)].map((octet) => Buffer.from([octet]));

describe.each(Object.entries(framings))('%s', (_name, { framing, message }) => {
  const stream = fc.array(message, { maxLength: 12 }).map((messages) => messages.join(''));

  test('any slicing of a stream gives the same messages', () => {
    fc.assert(
      fc.property(slicings(stream.map(Buffer.from)), (chunks) => {
        expect(readAll(framing, chunks)).toEqual(readAll(framing, [Buffer.concat(chunks)]));
      }),
    );
  });

  test('octet by octet gives the same messages', () => {
    fc.assert(
      fc.property(stream, (whole) => {
        expect(readAll(framing, octets(whole))).toEqual(readAll(framing, [Buffer.from(whole)]));
      }),
    );
  });

  test('a stream of whole messages is read to its end, and gives each of them', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const { messages: read, end } = readAll(framing, [Buffer.from(messages.join(''))]);
        expect(read).toHaveLength(messages.length);
        expect(end).toBe('whole');
      }),
    );
  });

  test('garbage in any slicing breaks at the same message, or never', () => {
    const garbage = fc.uint8Array({ maxLength: 300 }).map(Buffer.from);
    fc.assert(
      fc.property(slicings(garbage), (chunks) => {
        const whole = readAll(framing, [Buffer.concat(chunks)]);
        const sliced = readAll(framing, chunks);
        expect(sliced.messages).toEqual(whole.messages);
        expect(sliced.end).toBe(whole.end);
      }),
    );
  });

  test('a message takes at least one octet and none beyond the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(10), (bytes, start) => {
        const frame = framing(Buffer.from(bytes), Math.min(start, bytes.length));
        if (frame.kind !== 'message') return;
        expect(frame.used).toBeGreaterThan(0);
        expect(start + frame.used).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test('what does not end is refused when it passes the limit, not when memory does', () => {
    const endless = Array.from({ length: LIMIT + 10 }, () => Buffer.from('7'));
    expect(readAll(framing, endless).end).toBe(`longer than ${LIMIT} octets`);
  });
});
