import tseslint from 'typescript-eslint'

const ambient = 'src/ takes time, randomness and output from its options; only system.ts reaches for the ambient ones'

export default tseslint.config(
  { ignores: ['dist/', 'docs/api/', 'node_modules/', 'examples/demo/public/', 'coverage/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'a door re-exports by name' },
        { selector: 'ExportDefaultDeclaration', message: 'no default exports' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // An async function that waits for nothing still turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...[
          'Date',
          'performance',
          'process',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'crypto',
          'fetch',
        ].map((name) => ({ name, message: ambient })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: ambient },
        ...['Date', 'process', 'console', 'crypto', 'setTimeout', 'performance'].map((property) => ({
          object: 'globalThis',
          property,
          message: ambient,
        })),
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['node:*'], message: 'node: belongs to system.ts, crypto/ and the stores that need it' }],
        },
      ],
    },
  },
  { files: ['src/system.ts'], rules: { 'no-restricted-globals': 'off', 'no-restricted-imports': 'off' } },
  { files: ['src/crypto/**/*.ts', 'src/stores/**/*.ts', 'src/cli/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  // A command line is a host: it has the clock, the streams and the exit code to hand the core what it needs.
  { files: ['src/cli/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    // Nobody imports these from outside; what our factories return needs no `this`; a test
    // says what it knows, and throws what a plug-in might.
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      // A module of NestJS is its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    },
  },
  { files: ['**/*.config.{ts,js,mjs}'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.{js,mjs}'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
)
