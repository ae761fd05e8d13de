import { randomBytes } from 'node:crypto'
import { createTwoFactor, memoryStore, type SmsSender } from 'countersign'
import { passkeys } from 'countersign/passkeys'
import { createSite, type Site } from './site.js'

const toTerminal: SmsSender = {
  async send({ to, text }) {
    console.log(`Text to ${to}: ${text}`)
  },
}

/** A site to try by hand, whose one person's password it prints. What people enrol is gone with the process. */
export async function startSite(origin: string): Promise<Site> {
  const twoFactor = createTwoFactor({
    issuer: 'Portal',
    keys: [{ id: 'this-run', secret: randomBytes(32) }],
    store: memoryStore(),
    sms: { sender: toTerminal, countries: 'all' },
    passkeys: passkeys({ rpId: 'localhost', origins: [origin] }),
  })
  const site = await createSite({ twoFactor, origin, clock: { now: () => Date.now() }, onFault: console.error })
  const password = process.env['PORTAL_PASSWORD'] ?? randomBytes(9).toString('base64url')
  await site.people.add('ada@portal.example', password)
  console.log(`${origin} is for ada@portal.example with the password ${password}`)
  return site
}
