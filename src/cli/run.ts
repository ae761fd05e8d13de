import { TwoFactorError, type TwoFactorErrorCode } from '../errors.js'
import { strippedCause } from '../stripped-cause.js'
import { Failure, UsageError } from './failure.js'
import { inspect } from './inspect.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { keygen } from './keygen.js'
import { reseal } from './reseal.js'
import { schema } from './schema.js'
import { settings } from './settings.js'
import { COMMANDS, isCommandName, OVERVIEW, USAGE, type CommandName } from './usage.js'

const commands: Readonly<Record<CommandName, (args: readonly string[], io: Io) => ExitCode | Promise<ExitCode>>> = {
  keygen,
  reseal,
  inspect,
  settings,
  schema,
}

/** What somebody typed wrong, although only the core noticed. */
const typed: ReadonlySet<TwoFactorErrorCode> = new Set([
  'ERR_KEYS_INVALID',
  'ERR_NAMESPACE_INVALID',
  'ERR_USER_ID_INVALID',
  'ERR_STORE_INVALID',
])

/** The `countersign` command line: runs what `args` say and resolves to the exit code. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const [command = '', ...rest] = args
  try {
    if (command === '--version') return say(io, `${io.version}\n`)
    if (['help', '--help', '-h'].includes(command)) return help(rest, io)
    if (!isCommandName(command)) throw new UsageError(`the command must be one of ${COMMANDS.join(', ')}, help`)
    if (rest.some((argument) => argument === '--help' || argument === '-h')) return say(io, USAGE[command])
    return await commands[command](rest, io)
  } catch (error) {
    io.report(`countersign: ${explain(error)}\n`)
    if (!isUsage(error)) return EXIT.failed
    io.report(`see: countersign help${isCommandName(command) ? ` ${command}` : ''}\n`)
    return EXIT.usage
  }
}

function help([about = '']: readonly string[], io: Io): ExitCode {
  return say(io, isCommandName(about) ? USAGE[about] : OVERVIEW)
}

function say(io: Io, text: string): ExitCode {
  io.print(text)
  return EXIT.completed
}

function isUsage(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof TwoFactorError && typed.has(error.code))
}

// The message of anybody else's error may quote what it was given.
function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof Failure) return error.message
  if (!(error instanceof TwoFactorError)) return `failed: ${strippedCause(error).message}`
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
