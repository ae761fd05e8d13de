import { existsSync, readFileSync } from 'node:fs'
import type { KeyOption } from '../options.js'
import { UsageError } from './failure.js'
import type { Io } from './io.js'

/**
 * The key ring, from the file that `--keys` names or from COUNTERSIGN_KEYS. What it holds is checked where it is used.
 * @throws UsageError which repeats nothing of what it was given
 */
export function readKeys(file: string | undefined, io: Pick<Io, 'env'>): readonly KeyOption[] {
  const text = file === undefined ? io.env['COUNTERSIGN_KEYS'] : readKeyFile(file)
  if (text === undefined || text.trim() === '')
    throw new UsageError('there are no keys: give --keys FILE, or set COUNTERSIGN_KEYS')
  const source = file === undefined ? 'COUNTERSIGN_KEYS' : 'the file of --keys'
  const keys = parse(text)
  if (!Array.isArray(keys)) throw new UsageError(`${source} must be a JSON array of { "id", "secret" }`)
  return keys as readonly KeyOption[]
}

function readKeyFile(file: string): string {
  if (isSecret(file)) {
    throw new UsageError(
      '--keys takes the name of a file: a secret on the command line can be read by everybody on the machine. Replace it',
    )
  }
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageError('the file of --keys cannot be read')
  }
}

/** Whether somebody seems to have typed a key ring, or a secret of it, where a file name belongs. */
function isSecret(text: string): boolean {
  return !existsSync(text) && (/^\s*[[{]/.test(text) || /^[A-Za-z0-9+_-][A-Za-z0-9+/_-]{31,}={0,2}$/.test(text))
}

// The errors of JSON.parse quote what they could not read.
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return null
  }
}
