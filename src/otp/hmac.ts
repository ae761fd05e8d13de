import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { CHash, Hash } from '@noble/hashes/utils.js'

/** The hash functions an HMAC can be made with. */
export type HmacAlgorithm = 'SHA-1' | 'SHA-256' | 'SHA-512'

/** The HMAC of a counter, written as 8 big-endian bytes, under a key that was given before. */
type CounterHmac = (counter: number) => Uint8Array
type WithHmac = <Result>(key: Uint8Array, use: (hmac: CounterHmac) => Result) => Result

const message = new Uint8Array(8)
const messageView = new DataView(message.buffer)

const algorithms: Record<HmacAlgorithm, WithHmac> = {
  'SHA-1': hmacOver(sha1),
  'SHA-256': hmacOver(sha256),
  'SHA-512': hmacOver(sha512),
}

/**
 * Calls `use` with the HMAC (RFC 2104) of counters under `key`. The key is hashed once for as many counters as `use` asks
 * for and wiped when it returns; `hmac` means nothing afterwards, and calls do not nest.
 */
export function withHmac<Result>(
  algorithm: HmacAlgorithm,
  key: Uint8Array,
  use: (hmac: CounterHmac) => Result,
): Result {
  return algorithms[algorithm](key, use)
}

/** Allocating hash states costs more than the hashing itself, so each algorithm has one set, which every call overwrites. */
function hmacOver<State extends Hash<State>>(hash: CHash<State>): WithHmac {
  const [blank, inner, outer, running] = [hash.create(), hash.create(), hash.create(), hash.create()]
  const pad = new Uint8Array(hash.blockLen)

  function absorb(state: State, key: Uint8Array, byte: number): void {
    pad.fill(byte)
    for (let index = 0; index < key.length; index++) pad[index] = (key[index] ?? 0) ^ byte
    blank._cloneInto(state).update(pad)
  }

  function hmac(counter: number): Uint8Array {
    // Two halves, because bit operators would cut a counter to 32 bits.
    messageView.setUint32(0, Math.floor(counter / 2 ** 32))
    messageView.setUint32(4, counter % 2 ** 32)
    const digest = inner._cloneInto(running).update(message).digest()
    return outer._cloneInto(running).update(digest).digest()
  }

  return (key, use) => {
    const blockKey = key.length > pad.length ? hash(key) : key
    absorb(inner, blockKey, 0x36)
    absorb(outer, blockKey, 0x5c)
    pad.fill(0)
    try {
      return use(hmac)
    } finally {
      inner.destroy()
      outer.destroy()
    }
  }
}
