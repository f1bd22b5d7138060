import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/conformance/**'],
    // `npm test` has just built the package: its tests start what users start, in a third of the time that the sources take.
    env: process.env.npm_lifecycle_event === 'test' ? { AKS_AUDIT_BIN: fileURLToPath(new URL('out/package/bin/aks-audit.js', import.meta.url)) } : {},
    maxWorkers: 2, // many tests wait for processes and sockets, so one worker a core less is too few
  },
});
