import { describe, it } from 'vitest'
import { issueAccessPass } from '../../src/user/access-pass.js'
import { caseOf, expectDecided, HOUR, NOW } from './cases.js'

const issued = { actor: 'staff', lifetimeSeconds: 3600, salt: 'salt', hash: 'hash' }
const pass = { salt: 'salt', hash: 'hash', issuedAt: NOW, expiresAt: NOW + HOUR, used: false }

describe('issuing an access pass', () => {
  it.each([
    ['is the first', null],
    ['replaces one that is out', { ...pass, salt: 'old', expiresAt: NOW + 5 * HOUR }],
    ['replaces one that was used', { ...pass, salt: 'old', used: true }],
    ['replaces one that has expired', { ...pass, salt: 'old', expiresAt: NOW - 1 }],
  ])('%s', (_what, accessPass) => {
    const at = caseOf({ accessPass })
    expectDecided(issueAccessPass(at, issued), at, {
      next: { accessPass: pass },
      outcome: { expiresAt: NOW + HOUR },
      events: [{ type: 'access-pass-issued', actor: 'staff', expiresAt: NOW + HOUR }],
    })
  })
})
