import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, transformSync } from 'esbuild';
import { assets } from '../src/reporters/html/assets.ts';
import { ruleFiles } from '../src/ruleFiles.ts';
import { compileSchema } from '../src/schema.ts';
import { compileOnLoad } from './compiledOnLoad.ts';

// Makes the published package in out/package: everything bundled, rules/ as one module and as text, no dependencies.
const root = fileURLToPath(new URL('../', import.meta.url));
const out = `${root}out/package`;

/** Parsing a hundred YAML files costs more than a whole audit of a small snapshot: the package holds them parsed. */
const packedRules: Plugin = {
  name: 'packed-rules',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]src[\\/]ruleFiles\.ts$/ }, () => ({
      contents: `const files = JSON.parse(${JSON.stringify(JSON.stringify(ruleFiles()))});\nexport const ruleFiles = () => files;`,
      loader: 'js',
    }));
  },
};

/** The style and script of the HTML report: in a checkout they are read as files. */
const packedAssets: Plugin = {
  name: 'packed-assets',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]reporters[\\/]html[\\/]assets\.ts$/ }, () => {
      const { style, script } = assets();
      const packed = {
        style: transformSync(style, { loader: 'css', minify: true, legalComments: 'none' }).code.trim(),
        script: transformSync(script, { minify: true, format: 'iife', target: 'es2022' }).code.trim(),
      };
      return { contents: `const packed = ${JSON.stringify(packed)};\nexport const assets = () => packed;`, loader: 'js' };
    });
  },
};

/** The source loads yaml when it is first needed, in a way that a bundler cannot see: here it is made to see it. */
const bundledYaml: Plugin = {
  name: 'bundled-yaml',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]src[\\/]schema\.ts$/ }, ({ path }) => {
      const lazily = "createRequire(import.meta.url)('yaml')";
      const source = readFileSync(path, 'utf8');
      if (!source.includes(lazily)) throw new Error(`src/schema.ts no longer says ${lazily}`);
      return { contents: source.replace(lazily, "require('yaml')"), loader: 'ts' };
    });
  },
};

/** Node's own modules without import statements, for which Node would load also what they only re-export, such as the streams of files. */
const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup(bundler) {
    bundler.onResolve({ filter: /^[a-z:_/]+$/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'require-call' ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
      const taken = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
      return {
        contents: `const builtin = process.getBuiltinModule('${path}');\nexport default builtin;\n${taken.join('\n')}`,
        loader: 'js',
      };
    });
  },
};

/** What every command loads goes into one file: what is loaded later would take its share of it into a dozen files of their own. */
const oneFile: Plugin = {
  name: 'one-file',
  setup(bundler) {
    bundler.onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === resolving) return undefined;
      const found = await bundler.resolve(path, { kind, resolveDir, pluginData: resolving });
      return { path: found.path, namespace: 'later' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
      contents: `import ${JSON.stringify(`${root}src/cli/program.ts`)};\nexport * from ${JSON.stringify(path)};`,
      loader: 'js',
      resolveDir: root,
    }));
  },
};
const resolving = Symbol('resolving');

await validateRules();
rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/bin`, { recursive: true });
await build({
  entryPoints: { main: `${root}src/cli/main.ts`, index: `${root}src/index.ts` },
  outdir: `${out}/dist`,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  supported: { 'regexp-unicode-property-escapes': true }, // else commander makes one at run time for each option
  legalComments: 'linked',
  plugins: [oneFile, builtinModules, packedRules, packedAssets, bundledYaml],
  banner: { js: "const require=process.getBuiltinModule('module').createRequire(import.meta.url);" },
});
for (const folder of ['rules', 'bin']) cpSync(`${root}${folder}`, `${out}/${folder}`, { recursive: true });
for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(`${root}${file}`, `${out}/${file}`);
chmodSync(`${out}/bin/aks-audit.js`, 0o755);
const {
  dependencies: _bundled,
  devDependencies: _dev,
  scripts: _scripts,
  allowScripts: _allow,
  ...manifest
} = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
writeFileSync(`${out}/package.json`, `${JSON.stringify({ ...manifest, exports: './dist/index.js' }, null, 2)}\n`);
compileOnLoad(
  `${out}/dist`,
  ['healthy', 'neglected'].map((name) => [
    `${out}/bin/aks-audit.js`,
    'audit',
    `${root}fixtures/snapshots/${name}`,
    '--no-config',
    '--exit-zero',
  ]),
);

/** What the package holds parsed is not validated when it runs, so it is here. */
async function validateRules(): Promise<void> {
  const validate = await compileSchema(JSON.parse(readFileSync(`${root}rules/rule.schema.json`, 'utf8')));
  const problems = ruleFiles().rules.flatMap(({ chapter, name, file }) =>
    validate(file).map(({ where, what }) => `rules/${chapter}/${name}.yaml${where}: ${what}`),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
