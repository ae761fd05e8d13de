import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Locale } from './language.js'

/** The portal's own data, small enough for one file. Nothing in it is Countersign's: that lives sealed in its store. */
export interface State {
  /** Password hashes of those who changed theirs, by person. */
  readonly passwords: Map<string, string>
  /** The language each person last read the portal in: their e-mails are in it. Kept with the next save. */
  readonly languages: Map<string, Locale>
  /** From when a second factor is required of everyone; null when it is not. */
  requiredFrom: number | null
  /** Who changed that, newest first. */
  ruleChanges: readonly RuleChange[]
  save(): Promise<void>
}

/** A change of the rule that everyone has a second factor. */
export interface RuleChange {
  readonly by: string
  readonly at: number
  /** From when it has been required since; null when it is left to each person. */
  readonly from: number | null
}

const CHANGES_KEPT = 20

interface StateFile {
  readonly passwords: readonly (readonly [string, string])[]
  readonly languages?: readonly (readonly [string, Locale])[]
  readonly requiredFrom: number | null
  readonly ruleChanges?: readonly RuleChange[]
}

/** Reads the state from `path`, or starts afresh; null keeps it in memory. */
export async function openState(path: string | null): Promise<State> {
  const file = path === null ? null : await readState(path)
  let saving = Promise.resolve()

  const state: State = {
    passwords: new Map(file?.passwords),
    languages: new Map(file?.languages),
    requiredFrom: file?.requiredFrom ?? null,
    ruleChanges: file?.ruleChanges ?? [],
    save() {
      if (path === null) return Promise.resolve()
      // One write after the other: each takes the state as it then is. A failed one does not stop the next.
      const write = (): Promise<void> => {
        const { passwords, languages, requiredFrom, ruleChanges } = state
        const maps = { passwords: [...passwords], languages: [...languages] }
        return writeState(path, { ...maps, requiredFrom, ruleChanges })
      }
      saving = saving.then(write, write)
      return saving
    },
  }
  return state
}

async function readState(path: string): Promise<StateFile | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StateFile
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** A reader of the file finds the old state or the new one, never half of either. */
async function writeState(path: string, file: StateFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, JSON.stringify(file), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** Changes the rule, and leaves a trace of who did it. */
export function changeRule(state: State, change: RuleChange): Promise<void> {
  state.requiredFrom = change.from
  state.ruleChanges = [change, ...state.ruleChanges].slice(0, CHANGES_KEPT)
  return state.save()
}
