import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetNetwork, rememberedNetwork } from '../../src/limits/client-network.js'

describe('the network whose clients share a budget', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7 ', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['[::ffff:192.0.2.7]', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::192.0.2.7', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
    ['192.0.2.7:443', '192.0.2.7:443'],
    [' [2001:db8:1:2::1] ', '2001:db8:1:2::/64'],
    ['2001::2:3:4:5:6', '2001:0:0:2::/64'],
    ['fe80::1%eth\n0', 'fe80:0:0:0::/64'],
    ['2001:db8::[1', '2001:db8::[1'],
    ['2001:db8::]1', '2001:db8::]1'],
    ['2001:db8::1::2', '2001:db8::1::2'],
    ['12345::1', '12345::1'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(budgetNetwork(address)).toBe(network)
  })

  it('is one for every address of a subscriber, and another for the next', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 })
    const written = (parts: readonly number[]): string => parts.map((part) => part.toString(16)).join(':')
    fc.assert(
      fc.property(groups, groups, groups, groups, (network, one, other, elsewhere) => {
        const of = (first: readonly number[], rest: readonly number[]) =>
          budgetNetwork(`${written(first)}:${written(rest)}`)
        fc.pre(network.slice(0, 4).some((part) => part !== 0) && elsewhere.some((part) => part !== 0))
        expect(of(network, one)).toBe(of(network, other))
        expect(of(network, one) === of(elsewhere, one)).toBe(written(network) === written(elsewhere))
      }),
    )
  })

  it('is one for an IPv4 address and its mapped forms, and another for every other', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        expect(budgetNetwork(`::ffff:${one}`)).toBe(budgetNetwork(one))
        expect(budgetNetwork(one) === budgetNetwork(other)).toBe(one === other)
      }),
    )
  })
})

describe('the network that an account remembers', () => {
  it.each([
    [null, null],
    ['192.0.2.7', '192.0.2.0/24'],
    [' 192.0.2.255 ', '192.0.2.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:1:2::1', '2001:db8:1::/48'],
    ['2001:DB8::1', '2001:db8:0::/48'],
    ['[2001:db8:1::1]', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['unknown', null],
    ['192.0.2', null],
    ['192.0.2.7:443', null],
    ['at 192.0.2.7', null],
    ['a.b.c.d', null],
    ['2001:db8::1::2', null],
    ['<script>', null],
    ['@0\\', null],
    ['::1]@[::2', null],
    ['', null],
  ])('of %j is %j', (address, network) => {
    expect(rememberedNetwork(address)).toBe(network)
  })

  it('is never the whole address, and never longer than nineteen characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address) => {
        const network = rememberedNetwork(address)
        if (network === null) return
        expect(network).toMatch(
          /^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.0\/24|[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::\/48)$/,
        )
        expect(network.length).toBeLessThanOrEqual(19)
      }),
    )
  })
})
