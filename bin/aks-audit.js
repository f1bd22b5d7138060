#!/usr/bin/env node
// Checks the Node version, then runs src/ in a checkout and dist/ when published. On an older Node, a checkout's own Node takes over.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  // An import statement would make Node load also what these modules only re-export: 5 ms.
  const { existsSync } = process.getBuiltinModule('node:fs');
  process.getBuiltinModule('node:module').enableCompileCache();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href);
} else {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const { spawnSync } = await import('node:child_process');
  const local = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(local) && !process.env.AKS_AUDIT_REEXEC) {
    const arguments_ = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    const run = spawnSync(local, arguments_, { stdio: 'inherit', env: { ...process.env, AKS_AUDIT_REEXEC: '1' } });
    if (run.signal) process.kill(process.pid, run.signal);
    else process.exitCode = run.status ?? 5;
  } else {
    console.error(`aks-audit needs Node.js 22.19 or newer; this is ${process.version}.`);
    process.exitCode = 2;
  }
}
