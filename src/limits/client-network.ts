/** All the letters of an IPv6 address; with any other, the URL parser could find a user name or a path. */
const LETTERS_V6 = /^[\da-f:.]+$/i
const ADDRESS_V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

/**
 * The network whose clients share a budget: an IPv4 address by itself, an IPv6 address by its /64, which is what one
 * subscriber gets, and an IPv4-mapped one as IPv4. What is no address counts as it is.
 */
export function budgetNetwork(address: string): string {
  const groups = readV6(address)
  if (groups === null) return address.trim()
  return mappedV4(groups) ?? `${formatV6(groups.slice(0, 4))}/64`
}

/** The network that an account may remember of a client: a /24 of IPv4, a /48 of IPv6; null for what is no address. */
export function rememberedNetwork(address: string | null): string | null {
  if (address === null) return null
  const groups = readV6(address)
  if (groups === null) return rememberedV4(address.trim())
  const v4 = mappedV4(groups)
  return v4 === null ? `${formatV6(groups.slice(0, 3))}/48` : rememberedV4(v4)
}

function rememberedV4(address: string): string | null {
  return ADDRESS_V4.test(address) ? `${address.replace(/\d+$/, '0')}/24` : null
}

/** The eight groups of an IPv6 address, or null. The URL parser knows every way to write one, and writes it in one. */
function readV6(address: string): readonly number[] | null {
  const bare = address
    .trim()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*/s, '')
  if (!LETTERS_V6.test(bare) || !URL.canParse(`http://[${bare}]/`)) return null
  const written = new URL(`http://[${bare}]/`).hostname.slice(1, -1)
  const zeros = '0:'.repeat(8 - groupsOf(written).length)
  return groupsOf(written.replace('::', `:${zeros}`))
}

function groupsOf(text: string): readonly number[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .map((group) => Number.parseInt(group, 16))
}

/** The IPv4 address in `::ffff:0:0/96`, or null (RFC 4291, section 2.5.5.2). */
function mappedV4(groups: readonly number[]): string | null {
  const [high = 0, low = 0] = groups.slice(6)
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!mapped) return null
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

function formatV6(groups: readonly number[]): string {
  return `${groups.map((group) => group.toString(16)).join(':')}::`
}
