import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder that one process at a time works in. */
export interface DataFolder {
  readonly path: string
  release(): Promise<void>
}

/** Takes the folder, or answers null when a process that still runs has it. */
export async function openDataFolder(path: string): Promise<DataFolder | null> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const lock = join(path, 'lock')
  if (!(await writeNew(lock, String(process.pid)))) {
    if (isRunning(Number(await readFile(lock, 'utf8')))) return null
    // Left behind by a process that was killed.
    await writeFile(lock, String(process.pid))
  }
  return { path, release: () => rm(lock, { force: true }) }
}

/** The key that seals the records: from the environment, else made once and kept in the folder for its owner's eyes only. */
export async function demoKey(folderPath: string, environmentKey: string | undefined): Promise<string> {
  if (environmentKey !== undefined && environmentKey !== '') return environmentKey
  const fresh = randomBytes(32).toString('base64url')
  const path = join(folderPath, 'key')
  return (await writeNew(path, fresh)) ? fresh : (await readFile(path, 'utf8')).trim()
}

/** Writes a file that is not there yet; false when it is. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
