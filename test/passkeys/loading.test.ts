import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What happens where @simplewebauthn/server was not installed: the door, somewhere that has no packages. */
const script = `
  import { passkeys } from './src/passkeys/index.js'
  const options = { rpId: 'example.com', origins: ['https://example.com'] }
  const verifier = passkeys(options)
  // One that nobody uses: a rejection that nobody handles would end the process.
  passkeys(options)
  const challenge = 'A'.repeat(43)
  const credential = { id: 'AAAA', publicKey: 'AAAA', counter: 0, transports: [], synced: false, backedUp: false }
  const told = await Promise.allSettled([
    verifier.creationOptions({ challenge, issuer: 'I', accountName: 'a', userHandle: 'AAAA', exclude: [], timeoutMs: 1 }),
    verifier.verifyAttestation({ challenge, response: {} }),
    verifier.verifyAssertion({ challenge, response: {}, credential }),
    verifier.requestOptions({ challenge, allow: [], timeoutMs: 1 }),
  ])
  await new Promise((resolve) => setImmediate(resolve))
  console.log(JSON.stringify(told.map(({ reason, status }) => [status, reason?.code, reason?.message, reason?.cause?.message])))
`

describe('without @simplewebauthn/server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('a passkey is neither offered nor accepted, and the reason is told; asking for one still works', async () => {
    mkdirSync(join(folder, 'src'))
    for (const part of ['passkeys', 'interfaces', 'errors.ts', 'stripped-cause.ts']) {
      cpSync(join(root, 'src', part), join(folder, 'src', part), { recursive: true })
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'script.ts'), script)
    const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, 'script.ts'], { cwd: folder })
    const failure = [
      'rejected',
      'ERR_PASSKEYS_FAILED',
      'passkeys need the package @simplewebauthn/server 14',
      'Error ERR_MODULE_NOT_FOUND',
    ]
    expect(JSON.parse(stdout)).toEqual([failure, failure, failure, ['fulfilled', null, null, null]])
  })
})
