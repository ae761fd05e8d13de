import { encodeBase64url } from '../crypto/bytes.js'
import { UsageError } from './failure.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { readArguments } from './read-arguments.js'

const SECRET_BYTES = 32

/** `countersign keygen`: prints a fresh key. */
export function keygen(args: readonly string[], io: Io): ExitCode {
  const { texts, flags } = readArguments(args, { texts: ['id'], flags: ['env'] })
  const { id = datedId(io.clock.now()) } = texts
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw new UsageError('--id must be 1 to 32 letters, digits, _ or -')
  const key = { id, secret: encodeBase64url(io.random.bytes(SECRET_BYTES)) }
  io.print(flags.has('env') ? `COUNTERSIGN_KEYS='${JSON.stringify([key])}'\n` : `${JSON.stringify(key)}\n`)
  return EXIT.completed
}

// A new secret under an id that is in use would make every record unreadable; a date is never the old key's id.
function datedId(now: number): string {
  return `k${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}`
}
