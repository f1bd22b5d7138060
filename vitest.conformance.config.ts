import { defineConfig } from 'vitest/config';

/** The audit over other people's data: `AKS_AUDIT_CORPUS` names the folder; without it every test is skipped. */
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    globalSetup: ['test/conformance/support/announce.ts'],
    // The tables of agreements and disagreements are what people run this for.
    disableConsoleIntercept: true,
    testTimeout: 120_000,
  },
});
