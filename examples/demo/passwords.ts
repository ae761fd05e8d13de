import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** How passwords are kept, and looked at again. */
export interface Passwords {
  /** What to keep in place of the password. */
  hash(password: string): Promise<string>
  matches(password: string, hash: string): Promise<boolean>
}

const HASH_BYTES = 32

/** Salted scrypt hashes, as text: `salt.hash`. `cost` is what scrypt calls N; tests, which sign in by the hundred, take less. */
export function scryptPasswords(cost = 2 ** 15): Passwords {
  const derive = (password: string, salt: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const options = { N: cost, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
      scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, hash) => {
        if (error === null) resolve(hash)
        else reject(error)
      })
    })

  return {
    async hash(password) {
      const salt = randomBytes(16)
      const hash = await derive(password, salt)
      return `${salt.toString('base64url')}.${hash.toString('base64url')}`
    },
    async matches(password, stored) {
      const [salt = '', hash = ''] = stored.split('.')
      const expected = Buffer.from(hash, 'base64url')
      const given = await derive(password, Buffer.from(salt, 'base64url'))
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
