import { parseArgs } from 'node:util'
import { UsageError } from './failure.js'

/** The options that a command knows. */
export interface KnownOptions<Text extends string, Flag extends string> {
  /** Options that take a value. */
  readonly texts: readonly Text[]
  /** Options that take none. */
  readonly flags: readonly Flag[]
  /** How many arguments may stand beside the options; none unless said otherwise. */
  readonly positionals?: number
}

/** What was typed after the command. */
export interface Arguments<Text extends string, Flag extends string> {
  readonly texts: Readonly<Partial<Record<Text, string>>>
  readonly flags: ReadonlySet<Flag>
  readonly positionals: readonly string[]
}

type OptionToken = Extract<ReturnType<typeof tokenise>[number], { kind: 'option' }>

/**
 * Reads arguments strictly: an unknown option, one that is given twice and one without its value are errors.
 * @throws UsageError naming the option
 */
export function readArguments<Text extends string, Flag extends string>(
  args: readonly string[],
  known: KnownOptions<Text, Flag>,
): Arguments<Text, Flag> {
  const texts = new Map<Text, string>()
  const flags = new Set<Flag>()
  const positionals: string[] = []
  for (const token of tokenise(args, known.texts)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const text = known.texts.find((name) => name === token.name)
    const flag = known.flags.find((name) => name === token.name)
    if ((text !== undefined && texts.has(text)) || (flag !== undefined && flags.has(flag)))
      throw new UsageError(`${token.rawName} is given twice`)
    if (text !== undefined) texts.set(text, requireValue(token))
    else if (flag === undefined) throw unknownOption(token)
    else if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    else flags.add(flag)
  }
  if (positionals.length > (known.positionals ?? 0))
    throw new UsageError('there is an argument too many; the value of an option follows its name')
  return { texts: Object.fromEntries(texts) as Partial<Record<Text, string>>, flags, positionals }
}

function tokenise(args: readonly string[], texts: readonly string[]) {
  const options = Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }]))
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function requireValue({ rawName, value, inlineValue }: OptionToken): string {
  if (value === undefined || value === '') throw new UsageError(`${rawName} needs a value`)
  // What looks like the next option is one, more often than not.
  if (value.startsWith('-') && !inlineValue)
    throw new UsageError(`${rawName} needs a value; one that begins with a dash is written ${rawName}=…`)
  return value
}

function unknownOption({ name, rawName }: OptionToken): UsageError {
  if (/^(?:keys?|secrets?|password)$/.test(name)) {
    return new UsageError(
      `unknown option ${rawName}: secrets are not taken from the command line, where everybody on the machine can read them`,
    )
  }
  return new UsageError(/^--?[A-Za-z0-9][\w-]{0,31}$/.test(rawName) ? `unknown option ${rawName}` : 'unknown option')
}
