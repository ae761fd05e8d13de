import { TwoFactorError } from '../errors.js'
import { withDeadline } from '../records/deadline.js'
import { connect, type Connection, type EngineStore } from './connect.js'
import { Failure } from './failure.js'
import type { Io } from './io.js'
import { redacted, type StoreAddress } from './store-address.js'

/** A store, and how to let go of its engine. */
export interface OpenStore {
  readonly store: EngineStore
  close(): Promise<void>
}

const CONNECT_MS = 15_000
const CLOSE_MS = 2000

/**
 * Opens the store with a driver of the user's own project, and asks it for something, so that a wrong password or a missing
 * table is known at once and said in the engine's words.
 * @throws Failure, without the URL's password
 */
export async function openStore(address: StoreAddress, io: Pick<Io, 'load'>): Promise<OpenStore> {
  const open = async (): Promise<OpenStore> => {
    const connection = await connect(address, io.load)
    const { store } = connection
    const close = (): Promise<void> => closeInTime(connection)
    try {
      await store.get('countersign')
    } catch (error) {
      await close()
      throw error
    }
    return { store, close }
  }
  try {
    return await withDeadline(CONNECT_MS, open, () => new Failure('the store does not answer'))
  } catch (error) {
    if (error instanceof Failure || error instanceof TwoFactorError) throw error
    throw new Failure(`the store cannot be opened: ${redacted(reasonOf(error), address)}`)
  }
}

async function closeInTime(connection: Connection): Promise<void> {
  const late = (): Error => new Failure('the store does not close')
  await withDeadline(CLOSE_MS, () => Promise.resolve(connection.close()), late).catch(() => undefined)
}

function reasonOf(error: unknown): string {
  const { message, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    message?: unknown
    code?: unknown
  }
  return (
    ([message, code].find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? 'unnamed failure'
  )
}
