import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { TwoFactorEvent } from 'countersign'

const EVENTS_KEPT_PER_PERSON = 50

/** The portal's own data, small enough for one file. Nothing in it is Countersign's: that lives sealed in its store. */
export interface State {
  /** Password hashes of those who changed theirs, by person. */
  readonly passwords: Map<string, string>
  /** From when a second factor is required of everyone; null when it is not. */
  requiredFrom: number | null
  /** What happened to a person's second factor, newest first. */
  activityOf(userId: string): readonly TwoFactorEvent[]
  record(event: TwoFactorEvent): Promise<void>
  save(): Promise<void>
}

interface StateFile {
  readonly passwords: readonly (readonly [string, string])[]
  readonly requiredFrom: number | null
  readonly events: readonly TwoFactorEvent[]
}

/** Reads the state from `path`, or starts afresh; null keeps it in memory. */
export async function openState(path: string | null): Promise<State> {
  const file = path === null ? null : await readState(path)
  let events = file?.events ?? []
  let saving = Promise.resolve()

  const state: State = {
    passwords: new Map(file?.passwords),
    requiredFrom: file?.requiredFrom ?? null,
    activityOf: (userId) => events.filter((event) => event.userId === userId),
    async record(event) {
      const theirs = [event, ...state.activityOf(event.userId)].slice(0, EVENTS_KEPT_PER_PERSON)
      events = [...theirs, ...events.filter((other) => other.userId !== event.userId)]
      await state.save()
    },
    save() {
      if (path === null) return Promise.resolve()
      // One write after the other: each takes the state as it then is. A failed one does not stop the next.
      const write = (): Promise<void> => {
        return writeState(path, { passwords: [...state.passwords], requiredFrom: state.requiredFrom, events })
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

/** Whoever reads the file finds the old state or the new one, never half of either. */
async function writeState(path: string, file: StateFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, JSON.stringify(file), { mode: 0o600 })
  await rename(`${path}.new`, path)
}
