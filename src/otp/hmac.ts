import { _SHA1 } from '@noble/hashes/legacy.js'
import { _SHA256, _SHA512 } from '@noble/hashes/sha2.js'

/** The hash functions an HMAC can be made with. */
export type HmacAlgorithm = 'SHA-1' | 'SHA-256' | 'SHA-512'

/** Called with the MAC of one counter after another. The bytes are overwritten by the next. */
export type VisitMac = (mac: Uint8Array, counter: number) => void

/**
 * The hash states of @noble/hashes, fed whole blocks. A counter's HMAC is four blocks of known layout, so what remains of
 * `update` and `digest` is the compression function, which their types keep for subclasses.
 */
interface BlockState {
  readonly blockLen: number
  readonly outputLen: number
  /** Takes bytes in, for `digest`. */
  update(bytes: Uint8Array): this
  digest(): Uint8Array
  /** Takes one whole block in. */
  process(block: DataView, offset: number): void
  /** The state as 32-bit words. */
  get(): readonly number[]
  /** Makes `state` the same as this one. */
  _cloneInto(state: BlockState): unknown
  /** Wipes what the compression function noted down. */
  roundClean(): void
}

function blockState(hash: _SHA1 | _SHA256 | _SHA512): BlockState {
  return hash as unknown as BlockState
}

type VisitCounterMacs = (key: Uint8Array, first: number, last: number, visit: VisitMac) => void

const algorithms: Record<HmacAlgorithm, VisitCounterMacs> = {
  'SHA-1': hmacOver(() => blockState(new _SHA1())),
  'SHA-256': hmacOver(() => blockState(new _SHA256())),
  'SHA-512': hmacOver(() => blockState(new _SHA512())),
}

/**
 * Calls `visit` with the HMAC (RFC 2104) under `key` of every counter from `first` to `last`, each written as 8 big-endian
 * bytes. The key is hashed once for all of them, and all that comes of it is wiped before this returns. Calls do not nest.
 */
export function visitCounterMacs(
  algorithm: HmacAlgorithm,
  key: Uint8Array,
  first: number,
  last: number,
  visit: VisitMac,
): void {
  algorithms[algorithm](key, first, last, visit)
}

/** Allocating states and blocks costs more than the hashing itself, so each algorithm has one set, which every call overwrites. */
function hmacOver(create: () => BlockState): VisitCounterMacs {
  const [blank, inner, outer, running] = [create(), create(), create(), create()]
  const { blockLen, outputLen } = blank
  const pad = new Uint8Array(blockLen)
  const padView = new DataView(pad.buffer)
  const message = lastBlock(blockLen, 8)
  const digest = lastBlock(blockLen, outputLen)
  const mac = new Uint8Array(outputLen)
  const macView = new DataView(mac.buffer)

  function absorbKey(state: BlockState, key: Uint8Array, byte: number): void {
    pad.fill(byte)
    for (let index = 0; index < key.length; index++) pad[index] = Number(key[index]) ^ byte
    blank._cloneInto(state)
    state.process(padView, 0)
  }

  function absorbInto(view: DataView, start: BlockState, block: DataView): void {
    start._cloneInto(running)
    running.process(block, 0)
    const words = running.get()
    for (let index = 0; 4 * index < outputLen; index++) view.setUint32(4 * index, Number(words[index]))
  }

  function forget(): void {
    blank._cloneInto(inner)
    blank._cloneInto(outer)
    blank._cloneInto(running)
    running.roundClean()
    for (let offset = 0; offset < outputLen; offset += 4) digest.setUint32(offset, 0)
    pad.fill(0)
    mac.fill(0)
  }

  return (key, first, last, visit) => {
    const blockKey = key.length > blockLen ? create().update(Uint8Array.from(key)).digest() : key
    absorbKey(inner, blockKey, 0x36)
    absorbKey(outer, blockKey, 0x5c)
    try {
      for (let counter = first; counter <= last; counter++) {
        // Two halves, because bit operators would cut a counter to 32 bits.
        message.setUint32(0, Math.floor(counter / 2 ** 32))
        message.setUint32(4, counter % 2 ** 32)
        absorbInto(digest, inner, message)
        absorbInto(macView, outer, digest)
        visit(mac, counter)
      }
    } finally {
      forget()
    }
  }
}

/** The block after the key's that ends a message of `length` bytes: room for them, one bit, zeros, and how many bits came in all. */
function lastBlock(blockLen: number, length: number): DataView {
  const block = new DataView(new ArrayBuffer(blockLen))
  block.setUint8(length, 0x80)
  block.setUint32(blockLen - 4, (blockLen + length) * 8)
  return block
}
