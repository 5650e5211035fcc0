/** schema-page — docs/schema-reference.md, made from the catalog and its comments. */

import type pg from 'pg';

interface ColumnRow {
  readonly relation: string;
  readonly kind: 'table' | 'view';
  readonly words: string | null;
  readonly column: string;
  readonly type: string;
  readonly required: boolean;
  readonly column_words: string | null;
}

const COLUMNS = `
  select
    c.relname as relation,
    case when c.relkind = 'v' then 'view' else 'table' end as kind,
    obj_description(c.oid, 'pg_class') as words,
    a.attname as column,
    format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required,
    col_description(c.oid, a.attnum) as column_words
  from pg_class as c
  join pg_attribute as a on a.attrelid = c.oid
  where c.relnamespace = 'unified'::regnamespace
    and c.relkind in ('r', 'p', 'v')
    and not c.relispartition
    and a.attnum > 0
    and not a.attisdropped
  order by kind, c.relname collate "C", a.attnum`;

const TYPES: Readonly<Record<string, string>> = { 'timestamp with time zone': 'timestamptz' };

export async function describeSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<ColumnRow>(COLUMNS);
  return `# Schema reference

<!-- Made from the catalog; do not edit. Re-make it: npx vitest run test/integration/project -u -->

The tables and views of the schema \`unified\`, with the comments that stand in the database itself. What they are for:
[schema.md](schema.md). **Bold** columns are never null.

## Tables

${chapters(rows.filter(({ kind }) => kind === 'table'))}
## Views

${chapters(rows.filter(({ kind }) => kind === 'view'))}`;
}

function chapters(rows: readonly ColumnRow[]): string {
  const relations = [...new Set(rows.map(({ relation }) => relation))];
  return relations.map((name) => chapter(rows.filter(({ relation }) => relation === name))).join('\n');
}

function chapter(columns: readonly ColumnRow[]): string {
  const [{ relation, words } = { relation: '', words: null }] = columns;
  const lines = columns.map(
    ({ column, type, required, column_words }) =>
      `| ${required ? `**${column}**` : column} | ${TYPES[type] ?? type} | ${(column_words ?? '').replaceAll('|', '\\|')} |`,
  );
  return `### ${relation}\n\n${words ?? ''}\n\n| column | type | |\n|---|---|---|\n${lines.join('\n')}\n`;
}
