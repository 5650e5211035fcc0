/** Who may import whom: docs/architecture.md drawn as rules. scripts/check.mjs also fails when
 * fewer modules were read than there are sources, so that a broken parser is no silent pass. */

// Services are what answers questions: they know no socket, no protocol and no setting.
const SERVICES = '^src/(lookup|auth|accounts|quota|events|certificates|dns)/';
const AS_TYPES = { dependencyTypesNot: ['type-only'] };

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** `pg` and its like: one folder owns each outside world. */
const owner = (world, folder, packages) =>
  rule(
    `${world}-is-owned-by-${folder.replace('/', '-')}`,
    `Only src/${folder} touches ${world}; the others are handed what they need.`,
    { path: '^src/', pathNot: `^src/${folder}/` },
    { path: packages, ...AS_TYPES },
  );

module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      'A cycle is two modules that are one.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule('no-unresolved', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    rule(
      'base-stands-alone',
      'base imports nothing of ours.',
      { path: '^src/base/' },
      { path: '^src/(?!base/)' },
    ),
    rule('wire-is-pure', 'wire imports base only.', { path: '^src/wire/' }, { path: '^src/(?!wire/|base/)' }),
    rule(
      'database-is-below',
      'database imports base; the shapes of facts as types.',
      { path: '^src/database/' },
      { path: '^src/(?!database/|base/)', ...AS_TYPES },
    ),
    rule(
      'redis-is-below',
      'redis imports base only.',
      { path: '^src/redis/' },
      { path: '^src/(?!redis/|base/)', ...AS_TYPES },
    ),
    rule(
      'services-use-base-and-database',
      'Services import base and database; one another, and all else, as types only.',
      { path: SERVICES },
      { path: '^src/(?!base/|database/|$1/)', pathNot: '^src/(base|database)/', ...AS_TYPES },
    ),
    rule(
      'policy-uses-lookup-too',
      'Policy rules run the rules of resolution and of quotas; all else as for the other services.',
      { path: '^src/policy/' },
      { path: '^src/(?!base/|database/|lookup/|policy/|quota/)', ...AS_TYPES },
    ),
    rule(
      'protocols-know-no-service',
      'protocol imports wire and base; services as types only.',
      { path: '^src/protocol/' },
      { path: '^src/(?!protocol/|wire/|base/)', ...AS_TYPES },
    ),
    rule(
      'net-knows-no-service',
      'net imports wire and base; protocols and services as types only.',
      { path: '^src/net/' },
      { path: '^src/(?!net/|wire/|base/)', ...AS_TYPES },
    ),
    rule(
      'http-knows-no-service',
      'http imports base; protocols, endpoints and services as types only.',
      { path: '^src/http/' },
      { path: '^src/(?!http/|base/)', ...AS_TYPES },
    ),
    rule(
      'metrics-know-nobody',
      'metrics import base; what is counted, and by whom, as types only.',
      { path: '^src/metrics/' },
      { path: '^src/(?!metrics/|base/)', ...AS_TYPES },
    ),
    rule(
      'config-is-read-by-the-shell',
      'Settings are read by main and cli, which hand on what is used.',
      { path: '^src/', pathNot: '^src/(config|cli|demo)/|^src/main\\.ts$' },
      { path: '^src/config/', ...AS_TYPES },
    ),
    rule(
      'nobody-imports-the-shell',
      'cli and main are the outermost layer.',
      { path: '^src/', pathNot: '^src/(cli|demo)/|^src/main\\.ts$' },
      { path: '^src/(cli/|demo/|main\\.ts$)' },
    ),
    rule(
      'sources-need-no-tests',
      'src imports nothing from test.',
      { path: '^src/' },
      { path: '^(test|scripts)/' },
    ),
    owner('pg', 'database', '^node_modules/(pg|pg-.*|postgres)/'),
    rule(
      'sockets-are-owned-by-net',
      'Only src/net touches sockets; the demonstration is a mail client, and dials.',
      { path: '^src/', pathNot: '^src/(net|demo)/' },
      { path: '^(node:)?(net|tls|dgram)$', ...AS_TYPES },
    ),
    owner('express', 'http', '^node_modules/(express|helmet)/'),
    owner('prom-client', 'metrics', '^node_modules/prom-client/'),
    owner('jose', 'auth', '^node_modules/jose/'),
    owner('argon2', 'auth', '^node_modules/(@node-rs/argon2|bcryptjs|unixcrypt|koffi|piscina)/'),
    owner('redis', 'redis', '^node_modules/ioredis/'),
    owner('templates', 'config', '^node_modules/(nunjucks|yaml|pino)/'),
    owner('commander', 'cli', '^node_modules/(commander|cli-table3|listr2)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
