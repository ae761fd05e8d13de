/** Whether `value` is a Uint8Array, also one of another realm, as Node's buffers are under Jest. A proxy of one is not. */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    (value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]')
  )
}
