/** redis-url — which Redis a URL means.
 *
 *   redis://user:password@host:6379/0        one server; rediss:// with TLS
 *   redis+unix:///run/redis/redis.sock       one server
 *   redis+sentinel://a:26379,b:26379/main/0  the master of that name; the password is the servers'
 *   redis+cluster://a:6379,b:6379            some nodes of a cluster
 */

export interface Node {
  readonly host: string;
  readonly port: number;
}

export interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly hasTls: boolean;
}

export type RedisPlace =
  | { readonly kind: 'single'; readonly node: Node; readonly access: Access }
  | { readonly kind: 'unix'; readonly path: string; readonly access: Access }
  | {
      readonly kind: 'sentinel';
      readonly nodes: readonly Node[];
      readonly name: string;
      readonly access: Access;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly Node[]; readonly access: Access };

const FORM =
  /^redis(?<tls>s?)(?:\+(?<form>unix|sentinel|cluster))?:\/\/(?:(?<username>[^:@/]*):(?<password>[^@/]*)@)?(?<hosts>[^/?#]*)(?<path>\/[^?#]*)?$/u;

/** Undefined for what is none of these. */
export function parseRedisUrl(url: string): RedisPlace | undefined {
  const { tls, form, username, password, hosts = '', path = '' } = FORM.exec(url)?.groups ?? {};
  if (tls === undefined) return undefined;
  const [name, secret] = [decode(username), decode(password)];
  if (name === undefined || secret === undefined) return undefined;
  const words = path.split('/').slice(1);
  const db = Number(form === 'unix' ? 0 : (words[form === 'sentinel' ? 1 : 0] ?? '') || 0);
  if (!Number.isInteger(db) || db < 0) return undefined;
  const access: Access = {
    ...(name ? { username: name } : {}),
    ...(secret ? { password: secret } : {}),
    db,
    hasTls: tls === 's',
  };
  if (form === 'unix') return hosts === '' && path.length > 1 ? { kind: 'unix', path, access } : undefined;
  const nodes = hosts.split(',').map((host) => nodeOf(host, form === 'sentinel' ? 26_379 : 6379));
  if (!nodes.every((node) => node !== undefined)) return undefined;
  if (form === 'cluster') return db === 0 ? { kind: 'cluster', nodes, access } : undefined;
  const [master] = words;
  if (form === 'sentinel') return master ? { kind: 'sentinel', nodes, name: master, access } : undefined;
  const [node] = nodes;
  return node && nodes.length === 1 ? { kind: 'single', node, access } : undefined;
}

function nodeOf(text: string, usual: number): Node | undefined {
  const { six, host, port } =
    /^(?:\[(?<six>[\da-f:.]+)\]|(?<host>[\w.-]+))(?::(?<port>\d{1,5}))?$/iu.exec(text)?.groups ?? {};
  const name = six ?? host;
  return name === undefined ? undefined : { host: name, port: port === undefined ? usual : Number(port) };
}

function decode(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
