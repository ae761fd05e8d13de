import { WORDS } from './words.js'

const base = document.querySelector('script[data-base]').dataset.base
const $ = (id) => document.getElementById(id)
const fieldsOf = (form) => Object.fromEntries(new FormData(form))

/** These end a challenge or an enrolment: only a new one helps. */
const OVER = ['expired', 'exhausted', 'revoked', 'settled', 'unknown-challenge', 'unknown-enrolment']

async function call(method, path, body) {
  const init = { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) }
  const answer = await fetch(path, init).then(
    (response) => response.json(),
    () => null,
  )
  return answer ?? { status: 'failed' }
}
const post = (path, body = {}) => call('POST', base + path, body)

function show(id) {
  for (const section of document.querySelectorAll('section')) section.hidden = section.id !== id
  document.querySelector(`#${id} input:not([type=checkbox])`)?.focus()
}

function say({ status, reason, delivery }) {
  const said = delivery?.status === 'not-sent' ? delivery.reason : (reason ?? status)
  $('notice').textContent = WORDS[said] ?? ''
}

/** Shows what is asked for, until the person answers: with what to post, or null to give up. */
function ask(page, path) {
  return new Promise((resolve) => {
    const { factor, factors = [], delivery, passkey } = page
    const typed = factor !== undefined && factor.kind !== 'passkey'
    show('challenge')
    $('challenge-text').textContent =
      factor?.kind === 'sms'
        ? `The code in the text to ${factor.destination}.`
        : factor?.kind === 'totp'
          ? 'The code that your authenticator app shows.'
          : ''
    if (delivery?.status === 'not-sent') say(page)
    $('code-form').hidden = !typed
    $('code-form').reset()
    document.querySelector('.trust').hidden = path !== '/sign-in'
    $('use-passkey').hidden = !passkey
    $('resend').hidden = factor?.kind !== 'sms'
    $('recovery-form').reset()

    $('code-form').onsubmit = (event) => {
      event.preventDefault()
      const { code, trustDevice } = fieldsOf(event.target)
      resolve({ code, ...(trustDevice && { trustDevice: true, deviceName: 'This computer' }) })
    }
    $('recovery-form').onsubmit = (event) => {
      event.preventDefault()
      resolve(fieldsOf(event.target))
    }
    $('use-passkey').onclick = async () => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(passkey)
      const response = await navigator.credentials.get({ publicKey }).catch(() => null)
      if (response !== null) resolve({ response: response.toJSON() })
    }
    $('resend').onclick = async () => say(await post(`${path}/resend`))
    $('give-up').onclick = () => resolve(null)
    $('other-factors').replaceChildren(
      ...factors
        .filter((other) => other.id !== factor.id)
        .map((other) =>
          button(`Use ${nameOf(other)}`, async () => {
            const switched = await post(`${path}/switch`, { factorId: other.id })
            if (switched.status === 'challenged') resolve(ask(switched, path))
            else say(switched)
          }),
        ),
    )
  })
}

async function signIn(form) {
  const asked = await post('/sign-in', fieldsOf(form))
  let answer = asked
  while (answer.status !== 'signed-in') {
    say(answer)
    if (!asksFor(asked) || OVER.includes(answer.reason)) return show('sign-in')
    const given = await ask(asked, '/sign-in')
    if (given === null) return show('sign-in')
    answer = await post('/sign-in/verify', given)
  }
  form.reset()
  await showAccount()
}

/** Posts what takes a second factor, and once more with the answer. */
async function guarded(path, body = {}) {
  let asked = await call('POST', path, body)
  let answer = asked
  while (asksFor(answer) || answer.status === 'rejected') {
    say(answer)
    if (OVER.includes(answer.reason)) asked = await call('POST', path, body)
    if (!asksFor(asked)) return asked
    const secondFactor = await ask(asked, '/step-up')
    if (secondFactor === null) return { status: 'given-up' }
    answer = await call('POST', path, { ...body, secondFactor })
    if (asksFor(answer)) asked = answer
  }
  return answer
}

const asksFor = ({ status }) => ['challenged', 'locked', 'suspended', 'access-pass-required'].includes(status)

async function enrol(kind, body) {
  const started = await guarded(`${base}/enrol/${kind}`, body)
  say(started)
  if (started.status !== 'started') return showAccount()
  if (started.options) return confirm({ response: await createPasskey(started.options) })
  $('barcode').hidden = !started.qr
  $('qr').src = started.qr ? `data:image/svg+xml,${encodeURIComponent(started.qr)}` : 'data:,'
  $('secret').textContent = started.secret ?? ''
  $('enrol-text').textContent = started.qr ? 'Scan it, then type the code that the app shows.' : textOf(started)
  $('enrol-resend').hidden = started.qr !== undefined
  $('confirm-form').reset()
  show('enrol')
}

const textOf = ({ destination }) => `A code went to ${destination}. An app is more secure, should you have one.`

async function createPasskey(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const credential = await navigator.credentials.create({ publicKey }).catch(() => null)
  return credential?.toJSON() ?? {}
}

async function confirm(given) {
  const answer = await post('/enrol/confirm', given)
  say(answer)
  if (answer.status === 'confirmed') return answer.recoveryCodes ? showCodes(answer.recoveryCodes) : showAccount()
  if (given.response || OVER.includes(answer.reason)) await showAccount(answer)
}

function showCodes(codes) {
  $('code-list').replaceChildren(...codes.map((code) => item(code)))
  show('codes')
}

async function showAccount(told) {
  const account = await call('GET', `${base}/account`)
  if (account.status !== 'known') return show('sign-in')
  $('who').textContent = account.accountName
  const removal = (factor) => button('Remove', () => change('/factors/remove', { factorId: factor.id }))
  $('factors').replaceChildren(...account.factors.map((factor) => item(nameOf(factor), removal(factor))))
  $('remaining').textContent = account.enabled
    ? `${account.recoveryCodesRemaining} recovery codes are left.`
    : 'It is off.'
  const revocation = (device) => button('Forget', () => change('/trusted-devices/revoke', { deviceId: device.id }))
  const named = ({ name, current }) => (current ? `${name}, which is this one` : name)
  $('devices').replaceChildren(...account.trustedDevices.map((device) => item(named(device), revocation(device))))
  document.querySelector('.members').hidden = account.mayOnlyEnrol
  if (told) say(told)
  show('account')
}

async function change(path, body) {
  const answer = await guarded(base + path, body)
  if (answer.recoveryCodes) return showCodes(answer.recoveryCodes)
  await showAccount(answer)
}

function nameOf({ kind, name, destination }) {
  return name ?? { totp: 'the authenticator app', sms: `texts to ${destination}`, passkey: 'a passkey' }[kind]
}

function button(text, onclick) {
  return Object.assign(document.createElement('button'), { type: 'button', textContent: text, onclick })
}

function item(...content) {
  const line = document.createElement('li')
  line.append(...content.flatMap((part) => [part, ' ']))
  return line
}

function onSubmit(id, act) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault()
    void act(event.target)
  })
}

onSubmit('password-form', signIn)
onSubmit('confirm-form', (form) => confirm(fieldsOf(form)))
onSubmit('text-form', (form) => enrol('text', fieldsOf(form)))
onSubmit('payment-form', async (form) => {
  const { amount, payee } = fieldsOf(form)
  await showAccount(await guarded('/payments', { amount: Number(amount), payee }))
})
$('add-app').onclick = () => enrol('app')
$('add-passkey').onclick = () => enrol('passkey')
$('enrol-resend').onclick = async () => say(await post('/enrol/resend'))
$('enrol-cancel').onclick = async () => showAccount(await post('/enrol/cancel'))
$('new-codes').onclick = () => change('/recovery-codes/regenerate')
$('disable').onclick = () => change('/account/disable')
$('kept').onclick = async () => showAccount(await post('/recovery-codes/acknowledge'))
$('sign-out').onclick = async () => {
  say(await post('/sign-out'))
  show('sign-in')
}

await showAccount()
