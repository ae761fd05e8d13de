/** The part of qrcode that makes symbols. Its main module would bring fs and streams along, for files that nobody asks for here. */
declare module 'qrcode/lib/core/qrcode.js' {
  export { create } from 'qrcode'
}
