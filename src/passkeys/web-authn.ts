// What is used of @simplewebauthn/server, behind one import(): test runners and bundlers that link modules themselves lose
// their way when two are under way at once.
export { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
export { decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers'
