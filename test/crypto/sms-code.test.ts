import { createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { smsCode, type SmsCodeSubject } from '../../src/crypto/sms-code.js'

const one = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const two = { id: 'k2', secret: new Uint8Array(32).fill(2) }
const ring = createKeyRing([one, two], 'default')
const subject: SmsCodeSubject = {
  userId: 'ada',
  subjectId: 'c1',
  phoneNumber: '+14155550123',
  purpose: 'sign-in',
  bindingDigest: null,
  summary: null,
  generation: 1,
}

describe('a texted code', () => {
  it('is six digits, the same whenever it is derived', () => {
    const optional = fc.option(fc.string())
    fc.assert(
      fc.property(fc.string(), optional, optional, fc.nat(), (userId, bindingDigest, summary, generation) => {
        const given = { ...subject, userId, bindingDigest, summary, generation }
        const code = smsCode(ring, 'k1', given)
        expect(code).toMatch(/^\d{6}$/)
        expect(smsCode(createKeyRing([one], 'default'), 'k1', given)).toBe(code)
      }),
    )
  })

  it.each([
    [{}, ['-', '', '-', '']],
    [{ bindingDigest: 'EUR 10', summary: null }, ['+', 'EUR 10', '-', '']],
    [{ bindingDigest: null, summary: 'EUR 10' }, ['-', '', '+', 'EUR 10']],
  ])('is made by the same rule in every release: %o', (change, optional) => {
    const joined = (fields: readonly string[]): Buffer =>
      Buffer.concat(
        fields.flatMap((field) => {
          const length = Buffer.alloc(4)
          length.writeUInt32BE(Buffer.byteLength(field))
          return [length, Buffer.from(field)]
        }),
      )
    const subkey = hkdfSync('sha256', one.secret, '', joined(['countersign', 'sms-code', 'default']), 32)
    const message = joined(['ada', 'c1', '+14155550123', 'sign-in', '1', ...optional])
    const mac = createHmac('sha256', Buffer.from(subkey)).update(message).digest()
    const truncated = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
    const code = String(truncated % 1_000_000).padStart(6, '0')
    expect(smsCode(ring, 'k1', { ...subject, ...change })).toBe(code)
  })

  it('depends on everything it is for', () => {
    const changes: readonly Partial<SmsCodeSubject>[] = [
      {},
      { userId: 'bob' },
      { subjectId: 'c2' },
      { phoneNumber: '+14155550124' },
      { purpose: 'step-up' },
      { purpose: 'enrolment' },
      { bindingDigest: '' },
      { bindingDigest: 'EUR 10 to Bob' },
      { summary: '' },
      { summary: 'EUR 10 to Bob' },
      { bindingDigest: 'EUR 10 to Bob', summary: 'EUR 10 to Bob' },
      { generation: 2 },
      { userId: 'adac', subjectId: '1' },
    ]
    const codes = new Set([
      ...changes.map((change) => smsCode(ring, 'k1', { ...subject, ...change })),
      smsCode(ring, 'k2', subject),
      smsCode(createKeyRing([one], 'other'), 'k1', subject),
    ])
    expect(codes.size).toBe(changes.length + 2)
  })

  it('is null under a key that the ring lacks', () => {
    expect(smsCode(ring, 'k9', subject)).toBeNull()
  })

  it('is unbiased at every place, as far as sixty thousand digits tell', () => {
    const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0))
    const total = 10_000
    for (let generation = 0; generation < total; generation++) {
      const code = smsCode(ring, 'k1', { ...subject, generation }) ?? ''
      for (const [place, digit] of Array.from(code).entries()) counts[place]![Number(digit)]!++
    }
    for (const digits of counts) {
      const chiSquare = digits.reduce((sum, count) => sum + (count - total / 10) ** 2 / (total / 10), 0)
      // Nine degrees of freedom: beyond 27.9 once in a thousand.
      expect(chiSquare).toBeLessThan(27.9)
    }
  })
})
