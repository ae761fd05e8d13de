import { describe, expect, it } from 'vitest'
import { faultsOf, type Checkout } from './release.js'

const changelog =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2030-05-14\n\n### Added\n\n- All of it.\n\n## [1.2.2] - 2030-01-01\n'
const ready = { version: '1.2.3', locked: '1.2.3', changelog }

describe('a release', () => {
  it('is one where tag, package and changelog agree', () => {
    expect(faultsOf('v1.2.3', ready)).toEqual([])
  })

  it.each<[string, string | undefined, Partial<Checkout>, string]>([
    ['another tag', 'v1.2.4', {}, 'the tag is v1.2.4, package.json says 1.2.3'],
    ['no tag', undefined, {}, 'the tag is missing, package.json says 1.2.3'],
    ['a tag without v', '1.2.3', {}, 'the tag is 1.2.3, package.json says 1.2.3'],
    ['a stale lock file', 'v1.2.3', { locked: '1.2.2' }, 'package-lock.json says 1.2.2, package.json 1.2.3'],
    [
      'something unreleased',
      'v1.2.3',
      { changelog: changelog.replace('## [1.2.3]', '### Fixed\n\n- A fault.\n\n## [1.2.3]') },
      'CHANGELOG.md has changes that no version names',
    ],
    [
      'no section of its own',
      'v1.2.3',
      { changelog: changelog.replace('## [1.2.3] - 2030-05-14\n', '') },
      'the newest dated section of CHANGELOG.md is not 1.2.3',
    ],
    [
      'a section without a date',
      'v1.2.3',
      { changelog: changelog.replace(' - 2030-05-14', '') },
      'the newest dated section of CHANGELOG.md is not 1.2.3',
    ],
    [
      'no place for the next changes',
      'v1.2.3',
      { changelog: changelog.replace('## [Unreleased]\n\n', '') },
      'CHANGELOG.md does not begin with [Unreleased]',
    ],
  ])('is none with %s', (_, tag, change, fault) => {
    expect(faultsOf(tag, { ...ready, ...change })).toContain(fault)
  })
})
