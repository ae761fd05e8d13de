// A little comfort on pages that work without it.

const PHONE_EVERY_MS = 3000

/** Such as "in 40 seconds" or "in 3 minutes", as the server writes it. */
function formatWait(seconds) {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang)
  if (seconds <= 90) return format.format(seconds, 'second')
  if (seconds <= 90 * 60) return format.format(Math.ceil(seconds / 60), 'minute')
  return format.format(Math.ceil(seconds / 3600), 'hour')
}

/** Tells the seconds that are left, until there are none. By the wall clock: the others stand still while a phone sleeps. */
function everySecond(total, tell) {
  const endsAt = Date.now() + Number(total) * 1000
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))
    tell(seconds)
    if (seconds > 0) setTimeout(tick, 1000)
  }
  tick()
}

/** Holds a button until the server will do what it asks for. */
function hold(button) {
  everySecond(button.dataset.waitSeconds, (seconds) => {
    button.disabled = seconds > 0
  })
}

/** Counts the wait in a sentence down, and gives way to another sentence at the end. */
function countDown(text) {
  const part = (name) => text.querySelector(`[data-${name}]`)
  const [still, running, wait, over] = ['still', 'running', 'wait', 'over'].map(part)
  if (still !== null) still.hidden = true
  everySecond(text.dataset.countdown, (seconds) => {
    running.hidden = seconds === 0
    wait.textContent = formatWait(seconds)
    if (over !== null) over.hidden = seconds > 0
  })
}

/** Copies what is in another element. */
function offerCopy(button) {
  if (!navigator.clipboard) return
  const label = button.textContent
  button.hidden = false
  button.setAttribute('aria-live', 'polite')
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

/** The newest text and the newest e-mail, as they are read out. */
function newestOn(screen) {
  return [...screen.querySelectorAll('.texts > li:first-child')].map((item) =>
    item.textContent.trim().replace(/\s+/g, ' '),
  )
}

/** Shows new texts as they arrive, and has them read out; not the app's codes, which change all the time. The server has escaped them. */
async function refreshPhone() {
  const screen = document.getElementById('phone-screen')
  if (document.visibilityState === 'visible') {
    try {
      const response = await fetch('/phone')
      const markup = await response.text()
      // A link on it that somebody stands on by keyboard stays until they have left.
      const isHeld = screen.querySelector(':focus') !== null
      if (response.ok && markup !== screen.dataset.shown && !isHeld) {
        const before = newestOn(screen)
        screen.innerHTML = markup
        const arrived = newestOn(screen).filter((text) => !before.includes(text))
        document.getElementById('phone-arrived').textContent = arrived.join(' ')
        screen.dataset.shown = markup
      }
    } catch {
      // The server is away; the next round asks again.
    }
  }
  setTimeout(refreshPhone, PHONE_EVERY_MS)
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

document.querySelectorAll('[data-wait-seconds]').forEach(hold)
document.querySelectorAll('[data-countdown]').forEach(countDown)
document.querySelectorAll('[data-copy]').forEach(offerCopy)
document.querySelectorAll('[data-print]').forEach(offerPrint)
document.querySelectorAll('details.more').forEach(closeMenu)
if (document.getElementById('phone-screen') !== null) setTimeout(refreshPhone, PHONE_EVERY_MS)
