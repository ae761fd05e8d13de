import fc from 'fast-check'
import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { encodeBase32, generateHotp, generateTotp, verifyTotp, type HmacAlgorithm } from '../../src/otp/index.js'
import { describeWith, findCommand, run } from './command.js'

const oathtool = findCommand('oathtool')
const modes: Record<HmacAlgorithm, string> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
const key = fc.uint8Array({ minLength: 1, maxLength: 140 })
const digits = fc.constantFrom(6, 7, 8)

describeWith(oathtool, 'oathtool', () => {
  const seed = Number(process.env['INTEROP_SEED'] ?? randomInt(2 ** 31))
  console.log(`oathtool: seed ${seed}; run again with INTEROP_SEED=${seed}`)

  it.each(Object.keys(modes) as HmacAlgorithm[])('shows the same TOTP codes with %s', (algorithm) => {
    const second = fc.oneof(fc.nat({ max: 2_000_000_000 }), fc.integer({ min: 0, max: 2 ** 37 }))
    for (const [secret, at, length, periodSeconds] of fc.sample(
      fc.tuple(key, second, digits, fc.integer({ min: 1, max: 120 })),
      { seed, numRuns: 40 },
    )) {
      const code = run(oathtool, [
        `--totp=${modes[algorithm]}`,
        '-d',
        String(length),
        '-s',
        `${periodSeconds}s`,
        '-N',
        `@${at}`,
        '-b',
        encodeBase32(secret),
      ])
      const options = { at: at * 1000, algorithm, digits: length, periodSeconds }
      expect(generateTotp(secret, options)).toBe(code)
      expect(verifyTotp(secret, code, options).status).toBe('valid')
    }
  })

  it('shows the same HOTP codes, up to the largest counter', () => {
    const counter = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1))
    for (const [secret, count, length] of fc.sample(fc.tuple(key, counter, digits), { seed, numRuns: 60 })) {
      const code = run(oathtool, [
        '--hotp',
        '-d',
        String(length),
        '-c',
        String(count),
        Buffer.from(secret).toString('hex'),
      ])
      expect(generateHotp(secret, count, { digits: length })).toBe(code)
    }
  })

  it('gives the codes of the whole window that are accepted here', () => {
    for (const [secret, step] of fc.sample(fc.tuple(key, fc.integer({ min: 1, max: 60_000_000 })), {
      seed,
      numRuns: 20,
    })) {
      const start = (step - 1) * 30
      const codes = run(oathtool, ['--totp', '-w', '2', '-N', `@${start}`, Buffer.from(secret).toString('hex')]).split(
        '\n',
      )
      expect(codes).toHaveLength(3)
      for (const code of codes) expect(verifyTotp(secret, code, { at: step * 30_000 + 12_345 }).status).toBe('valid')
    }
  })
})
