import { type Passwords, scryptPasswords } from '../../examples/demo/passwords.js'

/** Hashes that cost next to nothing. */
export const weakPasswords: Passwords = scryptPasswords(2)
