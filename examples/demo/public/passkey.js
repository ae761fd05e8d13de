// Asks the browser for a passkey, and posts its answer with the form that asked. Plain browser API, nothing to bundle.

const bytesOf = (base64url) =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
const base64urlOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Options as `navigator.credentials` takes them. Browsers before 2025 do not read their JSON form themselves. */
function readOptions(json, reader) {
  if (PublicKeyCredential[reader]) return PublicKeyCredential[reader](json)
  const withBytes = (list = []) => list.map((each) => ({ ...each, id: bytesOf(each.id) }))
  return {
    ...json,
    challenge: bytesOf(json.challenge),
    ...(json.user && { user: { ...json.user, id: bytesOf(json.user.id) } }),
    ...(json.excludeCredentials && { excludeCredentials: withBytes(json.excludeCredentials) }),
    ...(json.allowCredentials && { allowCredentials: withBytes(json.allowCredentials) }),
  }
}

/** What the browser answered, in the JSON form that servers read. */
function writeCredential(credential) {
  if (credential.toJSON) return credential.toJSON()
  const { id, rawId, type, response, authenticatorAttachment } = credential
  const written = { clientDataJSON: base64urlOf(response.clientDataJSON) }
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) written[name] = base64urlOf(response[name])
  }
  if (response.getTransports) written.transports = response.getTransports()
  const rest = { authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults() }
  return { id, rawId: base64urlOf(rawId), type, response: written, ...rest }
}

async function ask({ passkey: use, options }) {
  const json = JSON.parse(options)
  return use === 'create'
    ? navigator.credentials.create({ publicKey: readOptions(json, 'parseCreationOptionsFromJSON') })
    : navigator.credentials.get({ publicKey: readOptions(json, 'parseRequestOptionsFromJSON') })
}

/** The browser says little of why nothing came of it, so that no page learns which keys somebody has. */
function wordsFor({ dataset }, { name }) {
  switch (name) {
    case 'InvalidStateError':
      return dataset.exists
    case 'SecurityError':
      return dataset.elsewhere
    default:
      return dataset.nothing
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  const button = form.querySelector('button')
  const outcome = form.querySelector('[data-outcome]')
  form.querySelector('[data-unsupported]').hidden = true
  button.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    outcome.hidden = true
    try {
      form.elements.response.value = JSON.stringify(writeCredential(await ask(form.dataset)))
      form.submit()
    } catch (error) {
      outcome.textContent = wordsFor(form, error)
      outcome.hidden = false
      button.disabled = false
    }
  })
}
