import type { Store } from '../../src/interfaces/store.js'
import { makeWorld, type World, type WorldOptions } from '../support/world.js'
import { enrolTotp, type AppPerson } from '../support/people.js'

/** Some users with an authenticator app, and some who have only begun to enrol. */
export interface Population {
  readonly world: World
  readonly people: readonly AppPerson[]
  /** How many records there are. */
  readonly size: number
}

/** Makes users in a memory store, under the old key unless said otherwise. */
export async function makePopulation({
  people = 0,
  enrolling = 0,
  ...options
}: WorldOptions & { readonly people?: number; readonly enrolling?: number }): Promise<Population> {
  const world = makeWorld(options)
  const enrolled: AppPerson[] = []
  for (let index = 0; index < people; index++) enrolled.push(await enrolTotp(world, `person ${index}`))
  for (let index = 0; index < enrolling; index++)
    await world.twoFactor.enrolment.beginTotp({ userId: `enrolling ${index}`, accountName: 'someone' })
  return { world, people: enrolled, size: people + enrolling }
}

/** Puts the same records into another store. */
export async function moveInto(store: Store, from: Store): Promise<void> {
  for await (const key of from.keys()) await store.swap(key, null, await from.get(key), null)
}

/** How many records each key seals. */
export async function sealedBy(store: Store): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for await (const key of store.keys()) {
    const keyId = (await store.get(key))?.split('.')[1] ?? 'none'
    counts[keyId] = (counts[keyId] ?? 0) + 1
  }
  return counts
}
