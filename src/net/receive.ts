/** receive — what a peer sends, read into one buffer that all connections share.
 *
 * Node gives each read 64 KiB of its own and cuts them to size; for requests of fifty octets that
 * costs more than the lookup. A socket that is made with `onread` reads into a buffer of ours
 * instead, but a server makes its sockets without: the accepted one is wrapped once more around
 * the same handle. The handle is no documented part of Node: where it is missing, the accepted
 * socket is read as usual.
 *
 * source   node's lib/net.js, `onconnection` and `Socket`; documented for `net.connect` as `onread` */

import { Socket, type SocketConstructorOpts } from 'node:net';

/** As libuv reads at most. */
const shared = Buffer.allocUnsafeSlow(65_536);

/** Requests are short and their lengths few, and to make a view of the buffer costs as much as to read one of fifty octets. */
const SHORT = 2048;
const views: (Buffer | undefined)[] = Array.from({ length: SHORT });

function chunkOf(count: number): Buffer {
  if (count >= SHORT) return shared.subarray(0, count);
  const view = views[count] ?? shared.subarray(0, count);
  views[count] = view;
  return view;
}

interface WithHandle {
  _handle?: object | null;
}

/** Hears all chunks of a socket that was accepted paused; a chunk is good until `hear` returns. Talk to
 * the socket that is given back. */
export function receive(accepted: Socket, hear: (chunk: Buffer) => void): Socket {
  const { _handle: handle } = accepted as WithHandle;
  if (!handle) return accepted.on('data', hear).resume();
  const callback = (count: number): boolean => {
    hear(chunkOf(count));
    return true;
  };
  const options = { handle, allowHalfOpen: true, onread: { buffer: shared, callback } };
  const socket = new Socket(options as SocketConstructorOpts);
  socket.once('close', () => {
    // It was closed with the socket; the server counts connections by what it accepted.
    (accepted as WithHandle)._handle = null;
    accepted.destroy();
  });
  return socket;
}
