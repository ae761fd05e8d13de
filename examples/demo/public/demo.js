// A little comfort on pages that work without it.

const PHONE_EVERY_MS = 3000

/** Holds the resend button and counts down until the server will send another text. */
function holdResend(button) {
  const text = button.form.querySelector('[data-wait-text]')
  const endsAt = performance.now() + Number(button.dataset.waitSeconds) * 1000
  if (text === null) return
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang)
  const sentence = text.textContent
  const shown = format.format(Number(button.dataset.waitSeconds), 'second')
  const tick = () => {
    const seconds = Math.ceil((endsAt - performance.now()) / 1000)
    button.disabled = seconds > 0
    text.hidden = seconds <= 0
    text.textContent = sentence.replace(shown, format.format(seconds, 'second'))
    if (seconds > 0) setTimeout(tick, 1000)
  }
  tick()
}

/** Copies what is in another element. */
function offerCopy(button) {
  if (!navigator.clipboard) return
  const label = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy)
    const lines = [...source.querySelectorAll('li')].map((item) => item.textContent.trim())
    await navigator.clipboard.writeText(lines.length > 0 ? lines.join('\n') : source.textContent.trim())
    button.textContent = button.dataset.copied
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

function offerPrint(button) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

/** Shows new texts as they arrive. The server has escaped them. */
async function refreshPhone() {
  const screen = document.getElementById('phone-screen')
  if (document.visibilityState === 'visible') {
    try {
      const response = await fetch('/phone')
      const markup = await response.text()
      if (response.ok && markup !== screen.dataset.shown) {
        screen.innerHTML = markup
        screen.dataset.shown = markup
      }
    } catch {
      // The server is away; the next round asks again.
    }
  }
  setTimeout(refreshPhone, PHONE_EVERY_MS)
}

/** Takes the way to the phone away while the phone is in sight. */
function hideShortcut(shortcut) {
  const phone = document.getElementById('phone')
  new IntersectionObserver(([entry]) => {
    shortcut.hidden = entry.isIntersecting
  }).observe(phone)
}

/** Closes the menu on Escape and on a click elsewhere. */
function closeMenu(menu) {
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false
  })
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    menu.open = false
    menu.querySelector('summary').focus()
  })
}

document.querySelectorAll('[data-wait-seconds]').forEach(holdResend)
document.querySelectorAll('[data-copy]').forEach(offerCopy)
document.querySelectorAll('[data-print]').forEach(offerPrint)
document.querySelectorAll('details.more').forEach(closeMenu)
document.querySelectorAll('.to-phone').forEach(hideShortcut)
if (document.getElementById('phone-screen') !== null) setTimeout(refreshPhone, PHONE_EVERY_MS)
