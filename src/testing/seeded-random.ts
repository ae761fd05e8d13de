import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Random } from '../interfaces/random.js'

/** The same bytes in the same order for the same seed, and other bytes for another. For tests: anybody can predict them. */
export function seededRandom(seed: number | string): Random {
  const key = bytesOf(String(seed))
  let counter = 0
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let offset = 0; offset < length; offset += 32) {
        const block = hmac(sha256, key, bytesOf(String(counter++)))
        bytes.set(block.subarray(0, length - offset), offset)
      }
      return bytes
    },
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text))
}
