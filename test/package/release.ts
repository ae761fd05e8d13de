import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readManifest, root } from './workshop.js'

// Says whether the checkout is the release that a tag calls it: tsx test/package/release.ts v1.2.3

/** What a release is made of, as far as it can disagree. */
export interface Checkout {
  readonly version: string
  /** The version in the lock file. */
  readonly locked: string
  readonly changelog: string
}

/** What is wrong with releasing a checkout as `tag`; empty when nothing is. */
export function faultsOf(tag: string | undefined, { version, locked, changelog }: Checkout): readonly string[] {
  const [unreleased = '', newest = ''] = changelog.split(/^## /m).slice(1)
  const [, dated] = /^\[(.+)\] - \d{4}-\d{2}-\d{2}$/.exec(newest.split('\n')[0] ?? '') ?? []
  const faults: readonly (readonly [isFault: boolean, what: string])[] = [
    [tag !== `v${version}`, `the tag is ${tag ?? 'missing'}, package.json says ${version}`],
    [locked !== version, `package-lock.json says ${locked}, package.json ${version}`],
    [!unreleased.startsWith('[Unreleased]\n'), 'CHANGELOG.md does not begin with [Unreleased]'],
    [unreleased.replace('[Unreleased]', '').trim() !== '', 'CHANGELOG.md has changes that no version names'],
    [dated !== version, `the newest dated section of CHANGELOG.md is not ${version}`],
  ]
  return faults.filter(([isFault]) => isFault).map(([, what]) => what)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { version } = readManifest()
  const { version: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { version: string }
  const faults = faultsOf(process.argv[2], {
    version,
    locked,
    changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
  })
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
