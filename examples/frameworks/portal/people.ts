import type { Clock } from 'countersign'
import { createPasswordThrottle } from '../../demo/password-throttle.js'
import type { Passwords } from '../../demo/passwords.js'
import type { Form } from '../web/host.js'
import { text } from '../web/json.js'

/** E-mail addresses and their passwords, which are the first factor. */
export interface People {
  add(email: string, password: string): Promise<void>
  /** Whose `{ email, password }` this is, or null, also for whoever has tried too often. */
  signIn(form: Form): Promise<string | null>
  emailOf(userId: string): string
}

/** People in memory, called `user-1` and so on. */
export async function createPeople(clock: Clock, passwords: Passwords): Promise<People> {
  const people = new Map<string, { readonly userId: string; readonly hash: string }>()
  const throttle = createPasswordThrottle(clock)
  const nobody = await passwords.hash('')

  return {
    async add(email, password) {
      people.set(email, { userId: `user-${people.size + 1}`, hash: await passwords.hash(password) })
    },
    async signIn({ email, password }) {
      const address = text(email).trim().toLowerCase()
      if (throttle.retryAt(address) !== null) return null
      throttle.count(address)
      const person = people.get(address)
      // An unknown address costs one hash too, or the time taken would tell who has an account.
      const matches = await passwords.matches(text(password), person?.hash ?? nobody)
      if (person === undefined || !matches) return null
      throttle.forget(address)
      return person.userId
    },
    emailOf: (userId) => [...people].find(([, person]) => person.userId === userId)?.[0] ?? userId,
  }
}
