// Comfort for a code field that works without it: it is submitted with its last digit, and a phone fills it in by itself.

const WHOLE = /^\p{Nd}{6}$/u
/** What people write and paste between digits; the server takes it away as well. */
const BETWEEN_DIGITS = /[\s\p{Cf}\p{Pd}]/gu

function submit(field) {
  field.form.requestSubmit()
  // Further keys must not make another form of it. Pressing Enter sends the same one twice, which has one effect.
  field.readOnly = true
}

/** Whether the last digit has come: typed or pasted at the end, or filled in. Anywhere else somebody is correcting. */
function completes({ inputType = '', isComposing }, { value, selectionEnd }) {
  if (isComposing || !WHOLE.test(value.replace(BETWEEN_DIGITS, ''))) return false
  if (inputType === '' || inputType === 'insertReplacementText') return true
  return inputType.startsWith('insert') && selectionEnd === value.length
}

function submitWhenWhole(field) {
  const hint = field.form.querySelector('[data-sent-along]')
  hint.hidden = false
  field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${hint.id}`.trim())
  field.addEventListener('input', (event) => {
    if (completes(event, field)) submit(field)
  })
  // Back from another page: the field is as it was left.
  window.addEventListener('pageshow', () => {
    field.readOnly = false
  })
}

/** Takes the code from the text whose last line names this portal (WebOTP), once the person allows it. */
async function takeFromText(field) {
  const waiting = new AbortController()
  field.form.addEventListener('submit', () => waiting.abort())
  try {
    const { code } = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal: waiting.signal })
    field.value = code
    submit(field)
  } catch {
    // Not allowed, not in time, or typed meanwhile: then it is typed.
  }
}

for (const field of document.querySelectorAll('input.code')) {
  submitWhenWhole(field)
  if (field.dataset.texted !== undefined && 'OTPCredential' in window) takeFromText(field)
}
