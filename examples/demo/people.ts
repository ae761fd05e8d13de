import type { Passwords } from './passwords.js'
import type { State } from './state.js'

export type Role = 'owner' | 'administrator' | 'assistant'

/** Someone who works at the practice. `id` is what Countersign knows of them. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
}

/** Everyone's password until they change it; shown on the sign-in page, as this is a demo. */
export const DEMO_PASSWORD = 'willow-street-9'

export const SEEDED_PEOPLE: readonly Person[] = [
  { id: 'person-1', name: 'Dr Amara Okafor', email: 'amara@willow.example', role: 'owner' },
  { id: 'person-2', name: 'Ben Carter', email: 'ben@willow.example', role: 'assistant' },
  { id: 'person-3', name: 'Chloé Lambert', email: 'chloe@willow.example', role: 'assistant' },
  { id: 'person-4', name: 'Dana Whitfield', email: 'dana@willow.example', role: 'administrator' },
]

export interface People {
  readonly everyone: readonly Person[]
  find(id: string): Person | null
  /** The person with this e-mail address and password, or null. Takes equally long whether the address is known or not. */
  signIn(email: string, password: string): Promise<Person | null>
  checkPassword(person: Person, password: string): Promise<boolean>
  changePassword(person: Person, password: string): Promise<void>
}

export async function createPeople(
  state: State,
  passwords: Passwords,
  everyone: readonly Person[] = SEEDED_PEOPLE,
): Promise<People> {
  const seededHash = await passwords.hash(DEMO_PASSWORD)
  const hashOf = (person: Person): string => state.passwords.get(person.id) ?? seededHash

  return {
    everyone,
    find: (id) => everyone.find((person) => person.id === id) ?? null,
    async signIn(email, password) {
      const address = email.trim().toLowerCase()
      const person = everyone.find((candidate) => candidate.email === address) ?? null
      // An unknown address costs one hash too, or the time taken would tell who has an account.
      const matches = await passwords.matches(password, person === null ? seededHash : hashOf(person))
      return matches ? person : null
    },
    checkPassword: (person, password) => passwords.matches(password, hashOf(person)),
    async changePassword(person, password) {
      state.passwords.set(person.id, await passwords.hash(password))
      await state.save()
    },
  }
}
