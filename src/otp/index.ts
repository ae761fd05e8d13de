export { decodeBase32, encodeBase32, type DecodeBase32Options } from './base32.js'
export type { HmacAlgorithm } from './hmac.js'
export { generateHotp } from './hotp.js'
export {
  formatKeyUri,
  parseKeyUri,
  type FormatKeyUriInput,
  type KeyUri,
  type KeyUriChange,
  type ParsedKeyUri,
} from './key-uri.js'
export type { OtpParameters, TotpParameters } from './parameters.js'
export { generateSecret, type GenerateSecretOptions } from './secret.js'
export {
  generateTotp,
  totpStep,
  verifyTotp,
  type GenerateTotpOptions,
  type VerifyTotpOptions,
  type VerifyTotpResult,
} from './totp.js'
