declare module 'thirty-two' {
  export function encode(plain: Buffer): Buffer
  export function decode(encoded: string): Buffer
}
