import type { SettingFinding } from '../stores/settings.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { openStore } from './open-store.js'
import { readArguments } from './read-arguments.js'
import { readStoreAddress, STORE_OPTIONS } from './store-address.js'

/** `countersign settings`: tells which settings of a store's engine endanger records. */
export async function settings(args: readonly string[], io: Io): Promise<ExitCode> {
  const { texts, flags } = readArguments(args, { texts: STORE_OPTIONS, flags: ['json'] })
  const address = readStoreAddress(texts, io)
  const opened = await openStore(address, io)
  try {
    const findings = await opened.store.verifySettings()
    io.print(flags.has('json') ? `${JSON.stringify(findings, null, 2)}\n` : formatFindings(findings))
    return findings.some(({ severity }) => severity === 'unsafe') ? EXIT.unsafe : EXIT.completed
  } finally {
    await opened.close()
  }
}

/** The findings, each in two lines: what is set, and what to do about it. */
function formatFindings(findings: readonly SettingFinding[]): string {
  if (findings.length === 0) return 'nothing to say: no setting endangers records\n'
  return findings
    .map(({ setting, value, severity, advice }) => `${severity}: ${setting} is ${sayValue(value)}\n  ${advice}\n`)
    .join('')
}

function sayValue(value: string | null): string {
  if (value === null) return 'not told'
  return value === '' ? 'empty' : value
}
