/** The tests of documents and rules alone, without the PostgreSQL that vitest.config.ts starts. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/unit/project/**/*.test.ts'], env: { TZ: 'UTC' } },
});
