import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The portal's own data, small enough for one file. Nothing in it is Countersign's: that lives sealed in its store. */
export interface State {
  /** Password hashes of those who changed theirs, by person. */
  readonly passwords: Map<string, string>
  /** From when a second factor is required of everyone; null when it is not. */
  requiredFrom: number | null
  save(): Promise<void>
}

interface StateFile {
  readonly passwords: readonly (readonly [string, string])[]
  readonly requiredFrom: number | null
}

/** Reads the state from `path`, or starts afresh; null keeps it in memory. */
export async function openState(path: string | null): Promise<State> {
  const file = path === null ? null : await readState(path)
  let saving = Promise.resolve()

  const state: State = {
    passwords: new Map(file?.passwords),
    requiredFrom: file?.requiredFrom ?? null,
    save() {
      if (path === null) return Promise.resolve()
      // One write after the other: each takes the state as it then is. A failed one does not stop the next.
      const write = (): Promise<void> => {
        return writeState(path, { passwords: [...state.passwords], requiredFrom: state.requiredFrom })
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
