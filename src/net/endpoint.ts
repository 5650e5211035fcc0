/** endpoint — where a protocol listens: a unix socket, a TCP port, or a socket handed in by systemd.
 *
 * source   sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES; the first descriptor is 3 */

export type Endpoint = UnixEndpoint | InetEndpoint | HandedEndpoint;

export interface UnixEndpoint {
  readonly kind: 'unix';
  readonly path: string;
  /** Permission bits; 0o660 if not told. */
  readonly mode?: number;
  /** A group's number, or its name in /etc/group; the process's own if not told. */
  readonly group?: number | string;
}

export interface InetEndpoint {
  readonly kind: 'inet';
  readonly host: string;
  readonly port: number;
}

/** An open, listening socket of whoever started us. Its address and mode are their business. */
export interface HandedEndpoint {
  readonly kind: 'handed';
  readonly fd: number;
}

const INET = /^inet:(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/;

/** Reads `unix:/run/x.sock`, `/run/x.sock`, `inet:127.0.0.1:8283`, `inet:[::1]:8283`; undefined for all else. */
export function parseEndpoint(text: string): UnixEndpoint | InetEndpoint | undefined {
  const { v6, host = v6, port } = INET.exec(text)?.groups ?? {};
  if (host !== undefined)
    return Number(port) <= 65_535 ? { kind: 'inet', host, port: Number(port) } : undefined;
  const path = text.startsWith('unix:') ? text.slice('unix:'.length) : text;
  return path.startsWith('/') ? { kind: 'unix', path } : undefined;
}

/** As in the settings and the log. */
export function formatEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix:${endpoint.path}`;
    case 'inet':
      return `inet:${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
    case 'handed':
      return `fd:${endpoint.fd}`;
  }
}

export interface Handed extends HandedEndpoint {
  readonly name: string;
}

const FIRST_FD = 3;

/** The sockets that systemd opened for this process; none if the variables are for another one. */
export function handedSockets(env: Readonly<Record<string, string | undefined>>, pid: number): Handed[] {
  const count = Number(env.LISTEN_FDS ?? 0);
  if (env.LISTEN_PID !== String(pid) || !Number.isInteger(count) || count < 1) return [];
  const names = (env.LISTEN_FDNAMES ?? '').split(':');
  return Array.from({ length: count }, (_, index) => ({
    kind: 'handed',
    fd: FIRST_FD + index,
    name: names[index] || 'unknown',
  }));
}

/**
 * Where the protocol `name` listens: sockets handed in for it stand in for the path of the settings;
 * ports of the settings stay.
 *
 * For `socketmap` these names fit: `socketmap`, `socketmap.sock` and systemd's default, the
 * unit's own name `dovetail-socketmap.socket`.
 */
export function endpointsFor(
  name: string,
  configured: readonly Endpoint[],
  handed: readonly Handed[],
): readonly Endpoint[] {
  const names = [name, `${name}.sock`, `${name}.socket`, `dovetail-${name}.socket`];
  const ours = handed.filter((socket) => names.includes(socket.name));
  if (ours.length === 0) return configured;
  return [...ours, ...configured.filter(({ kind }) => kind !== 'unix')];
}
