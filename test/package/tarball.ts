import { join } from 'node:path'
import { readManifest, root, run, tool } from './workshop.js'

/** What the tarball may weigh. Raise it with the reason in the commit. */
const MOST_PACKED_BYTES = 300_000

const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']
const built = /^dist\/[a-zA-Z0-9_-]+\.(?:js|cjs|d\.ts|d\.cts|LICENSE)$/

/** Packs as a release would, which builds first, and holds what the tarball contains. Returns its path. */
export function pack(folder: string): string {
  const report = run('pack', 'npm', ['pack', '--json', '--pack-destination', folder], root)
  const [packed] = JSON.parse(report.slice(report.search(/^\[/m))) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ]
  const paths = packed.files.map(({ path }) => path)
  const stray = paths.filter((path) => !texts.includes(path) && !built.test(path))
  const missing = [...texts, ...exportedFiles()].filter((path) => !paths.includes(path))
  if (stray.length + missing.length > 0)
    throw new Error(`tarball: stray ${stray.join(' ')}; missing ${missing.join(' ')}`)
  console.log(`  ${paths.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`)
  if (packed.size > MOST_PACKED_BYTES) throw new Error(`tarball: more than ${MOST_PACKED_BYTES} bytes`)
  return join(folder, packed.filename)
}

/** Looks at the tarball as registries and resolvers do, and publishes it as far as that goes without publishing it. */
export function inspect(tarball: string, folder: string): void {
  run('publint', process.execPath, [tool('publint/src/cli.js'), 'run', tarball, '--strict'], folder)
  const types = [tool('@arethetypeswrong/cli/dist/index.js'), tarball, '--format', 'ascii', '--no-emoji']
  run('are the types wrong', process.execPath, types, folder)
  run('npm publish --dry-run', 'npm', ['publish', '--dry-run', '--ignore-scripts', '--tag', 'dry-run', tarball], folder)
}

function exportedFiles(): readonly string[] {
  const exported = JSON.stringify(readManifest().exports)
  return [...exported.matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, path]) => path ?? '')
}
