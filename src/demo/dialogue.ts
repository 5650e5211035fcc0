/** dialogue — talks SMTP or IMAP line by line, and shows both sides as the standards print them.
 *
 * source   RFC 5321 4.2 (replies), RFC 9051 2.2 (tagged responses)
 * limits   enough for a demonstration: no TLS, no pipelining */

import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export interface Dialogue {
  /** Sends a line, and hears up to the line that ends the answer. `shown` stands for what must not be seen. */
  say(line: string, shown?: string): Promise<string[]>;
  /** Hears the greeting. */
  greeting(): Promise<string[]>;
  close(): void;
}

export interface DialogueOptions {
  readonly port: number;
  /** Where the client is, 127.0.5.1 or the like; the server is at 127.0.0.1. */
  readonly from?: string;
  /** Whether this line ends the answer to `said`. */
  isLast(line: string, said: string): boolean;
  show(who: 'C' | 'S', line: string): void;
}

/** Opens a conversation with a server on this machine. */
export function startDialogue({ port, from, isLast, show }: DialogueOptions): Dialogue {
  const socket = connect({ port, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) });
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  const hear = async (said: string): Promise<string[]> => {
    const heard: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the server hung up after ${JSON.stringify(said)}`);
      heard.push(value);
      show('S', value);
      if (isLast(value, said)) return heard;
    }
  };
  return {
    greeting: () => hear(''),
    say(line, shown = line) {
      for (const part of shown.split('\r\n')) show('C', part);
      socket.write(`${line}\r\n`);
      return hear(line);
    },
    close: () => socket.destroy(),
  };
}

/** The last line of an SMTP reply has a space after its code. */
export const isLastOfSmtp = (line: string): boolean => /^\d{3}(?: |$)/u.test(line);

/** An IMAP command's answer ends with its own tag; the greeting is one line. */
export const isLastOfImap = (line: string, said: string): boolean =>
  said === '' || line.startsWith(`${said.split(' ', 1)[0]} `);
