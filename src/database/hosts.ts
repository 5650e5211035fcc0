/** hosts — a PostgreSQL URL with several hosts, as one URL a host.
 *
 * source   libpq, "Specifying Multiple Hosts": `postgresql://u@a,b:5433/db?target_session_attrs=read-write`,
 *          or the lists in `?host=a,b&port=5432,5433`. `pg` itself knows neither
 * bugs     `load_balance_hosts` is ignored: the hosts are tried in their order */

export const SESSION_WISHES = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const;
/** Which server of several will do. */
export type SessionWish = (typeof SESSION_WISHES)[number];

export interface Hosts {
  /** At least one; each with a single host. */
  readonly urls: readonly string[];
  readonly wish: SessionWish;
}

const URL_PARTS =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?<login>[^@/?]*@)?(?<hosts>[^/?]*)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/su;

/** Throws a sentence without the URL in it, for that may hold a password. */
export function parseHosts(url: string): Hosts {
  const { scheme, login = '', hosts = '', path = '/', query = '' } = URL_PARTS.exec(url)?.groups ?? {};
  if (scheme === undefined)
    throw new Error('the database URL must look like postgresql://user:password@host/database');
  const parameters = new URLSearchParams(query);
  const places = parameters.get('host')?.includes(',')
    ? fromLists(take(parameters, 'host') ?? '', take(parameters, 'port') ?? '')
    : hosts.split(',');
  const wish = wishOf(take(parameters, 'target_session_attrs'), places.length);
  const rest = parameters.size > 0 ? `?${parameters}` : '';
  const urls = places.map((place) => join(scheme + login, place, path, rest));
  if (!urls.every((one) => URL.canParse(one)))
    throw new Error(
      'the database URL cannot be read: characters such as / and # of a password are written %2F and %23',
    );
  return { urls, wish };
}

/** Of several hosts the primary unless told otherwise, where libpq takes any: a change is announced
 * before a standby has it, so what is read there may be old and would be remembered as new. */
function wishOf(wish: string | undefined, places: number): SessionWish {
  if (wish === undefined) return places > 1 ? 'primary' : 'any';
  if (isWish(wish)) return wish;
  throw new Error(`target_session_attrs must be one of ${SESSION_WISHES.join(', ')}`);
}

/** A socket folder cannot stand before the path: it goes into the parameters. */
function join(start: string, place: string, path: string, rest: string): string {
  if (!place.startsWith('/')) return start + place + path + rest;
  const [folder, port] = splitPort(place);
  const parameters = new URLSearchParams(rest);
  parameters.set('host', folder);
  if (port) parameters.set('port', port);
  return `${start}localhost${path}?${parameters}`;
}

function splitPort(place: string): [string, string | undefined] {
  const at = place.lastIndexOf(':');
  return at < 0 ? [place, undefined] : [place.slice(0, at), place.slice(at + 1)];
}

/** One port is for all hosts; an empty one is the default. */
function fromLists(hosts: string, ports: string): string[] {
  const numbers = ports.split(',');
  return hosts.split(',').map((host, index) => {
    const port = numbers.length === 1 ? numbers[0] : numbers[index];
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return port ? `${name}:${port}` : name;
  });
}

function take(parameters: URLSearchParams, name: string): string | undefined {
  const value = parameters.get(name) ?? undefined;
  parameters.delete(name);
  return value;
}

const isWish = (text: string): text is SessionWish => (SESSION_WISHES as readonly string[]).includes(text);
