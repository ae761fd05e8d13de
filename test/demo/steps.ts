import type { DemoPortal } from './demo-portal.js'
import type { Reply, Visitor } from './visitor.js'

export const OWNER = 'amara@willow.example'
export const BEN = 'ben@willow.example'
export const CHLOE = 'chloe@willow.example'
export const BEN_ID = 'person-2'

/** Turns text messages on for the person who is signed in, and takes the recovery codes. */
export async function enrolText(
  portal: DemoPortal,
  visitor: Visitor,
  number = '415 555 0123',
): Promise<readonly string[]> {
  await visitor.get('/enrol/text')
  await visitor.follow(await visitor.post('/enrol/text', { country: 'US', number }))
  const page = await visitor.follow(await visitor.post('/enrol/text/code', { code: portal.textedCode() }))
  return recoveryCodesOn(visitor, page)
}

/** Turns an authenticator app on for the person who is signed in, and takes the recovery codes. */
export async function enrolApp(portal: DemoPortal, visitor: Visitor): Promise<readonly string[]> {
  await visitor.get('/enrol')
  await visitor.follow(await visitor.post('/enrol', { method: 'app' }))
  await visitor.follow(await visitor.post('/enrol/app/pretend'))
  const page = await visitor.follow(await visitor.post('/enrol/app', { code: portal.appCode() }))
  return recoveryCodesOn(visitor, page)
}

async function recoveryCodesOn(visitor: Visitor, { html }: Reply): Promise<readonly string[]> {
  const codes = [...html.matchAll(/<li><code>([0-9A-Z-]+)<\/code><\/li>/g)].map(([, code]) => code ?? '')
  if (codes.length > 0) await visitor.post('/recovery-codes')
  return codes
}

/** A new browser, signed in as somebody without a second factor. */
export async function signedIn(portal: DemoPortal, email: string): Promise<Visitor> {
  const visitor = portal.visitor()
  await visitor.follow(await visitor.signIn(email))
  return visitor
}

/** A new browser, signed in by password and a texted code. */
export async function signedInByText(portal: DemoPortal, email: string): Promise<Visitor> {
  const visitor = await signedIn(portal, email)
  await visitor.follow(await visitor.post('/sign-in/code', { code: portal.textedCode() }))
  return visitor
}
