import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createSite, type Site } from '../../examples/frameworks/portal/site.js'
import { weakPasswords } from '../support/weak-passwords.js'
import { makeWorld, type World } from '../support/world.js'
import { ORIGIN } from './page.js'

export const WITH_PASSWORD = { email: 'ada@acme.example', password: 'right' }
/** The user id of whoever signs in `WITH_PASSWORD`. */
export const ADA = 'user-1'

/** A site whose only password is Ada's, and the world that it lives in. */
export async function openSite(
  world: World = makeWorld(),
  origin = ORIGIN,
): Promise<{ readonly world: World; readonly site: Site; readonly faults: readonly unknown[] }> {
  const { twoFactor, clock } = world
  const faults: unknown[] = []
  const site = await createSite({
    twoFactor,
    origin,
    clock,
    passwords: weakPasswords,
    onFault: (error) => faults.push(error),
  })
  await site.people.add(WITH_PASSWORD.email, WITH_PASSWORD.password)
  return { world, site, faults }
}

/** Where a server listens until the test is over. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
