import { expect, test } from 'vitest';
import { dumpCatalog } from '../../support/catalog.ts';
import { createTestDatabase } from '../../support/database.ts';

const GOLDEN = new URL('../../golden/schema.sql', import.meta.url);
const AGAIN = 'npx vitest run test/integration/schema/golden.test.ts --update';

const header = `-- The catalog that sql/ makes, for people who review a change of the schema and for the test that
-- compares it. Made by:  ${AGAIN}

`;

test('the schema is the one in test/golden/schema.sql', async () => {
  const database = await createTestDatabase();
  try {
    const dump = header + (await dumpCatalog(database.url));
    await expect(
      dump,
      `the schema changed; if that is meant, make the file again: ${AGAIN}`,
    ).toMatchFileSnapshot(GOLDEN.pathname);
  } finally {
    await database.close();
  }
});
