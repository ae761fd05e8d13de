import { Instrumenter } from '@stryker-mutator/instrumenter'
import { readdirSync, readFileSync } from 'node:fs'

/** What is mutated: all that the quick tests are to hold; neither types nor doors, no engine (those are tested against servers) and no command line. */
const scope =
  /^src\/(?:(?:crypto|limits|otp|passkeys|records|services|shell|sms|user)\/.*|stores\/(?:call-arguments|has-method|memory|retry-aborted|sql-table)|(?:checks|is-bytes|json-fields|options|policy|qr|stripped-cause|system|two-factor))\.ts$/

/** One change to one place of the source. */
export interface Mutant {
  readonly id: string
  readonly file: string
  /** From one. */
  readonly line: number
  readonly mutator: string
  readonly original: string
  readonly replacement: string
  /** The line that it begins on, without its indentation. */
  readonly lineText: string
}

export interface Instrumented {
  readonly mutants: readonly Mutant[]
  /** By path: the source with all its mutants in it, each asleep until it is named. */
  readonly code: Readonly<Record<string, string>>
}

/** Puts every mutant into the sources. The same sources give the same ids. */
export async function instrument(): Promise<Instrumented> {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => scope.test(path) && !path.endsWith('.d.ts'))
    .sort()
  const files = names.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }))
  const options = { plugins: null, excludedMutations: [], ignorers: [], noHeader: true }
  const result = await new Instrumenter(silent).instrument(files, options)
  const sources = new Map(files.map(({ name, content }) => [name, content.split('\n')]))
  return {
    code: Object.fromEntries(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.map(({ id, fileName, location, mutatorName, replacement }) => {
      const lines = sources.get(fileName) ?? []
      return {
        id,
        file: fileName,
        line: location.start.line + 1,
        mutator: mutatorName,
        original: textBetween(lines, location),
        replacement,
        lineText: (lines[location.start.line] ?? '').trim(),
      }
    }),
  }
}

interface Position {
  readonly line: number
  readonly column: number
}

function textBetween(lines: readonly string[], { start, end }: { start: Position; end: Position }): string {
  const within = lines.slice(start.line, end.line + 1)
  return within
    .map((line, index) =>
      line.slice(index === 0 ? start.column : 0, index === within.length - 1 ? end.column : line.length),
    )
    .join('\n')
}

const nothing = (): void => undefined
const never = (): boolean => false
const silent = {
  isTraceEnabled: never,
  isDebugEnabled: never,
  isInfoEnabled: never,
  isWarnEnabled: never,
  isErrorEnabled: never,
  isFatalEnabled: never,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
}
