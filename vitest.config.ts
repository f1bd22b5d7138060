import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/conformance/**'],
    maxWorkers: 2, // many tests wait for processes and sockets, so one worker a core less is too few
  },
});
