import { type Request, type Response, Router } from 'express'
import { field, parameter } from '../forms.js'
import { provenOnly } from '../guards.js'
import { wordsOf } from '../language.js'
import type { Person } from '../people.js'
import type { Portal } from '../portal.js'
import { confirmView } from '../views/account-factors.js'
import { failureView } from '../views/failure.js'
import { changeRule } from '../state.js'
import { passView } from '../views/access-pass.js'
import { type NamedRuleChange, teamView } from '../views/team.js'
import { refuse } from './enrol.js'
import { goTo, memberOf, show, visitOf } from '../visit.js'

/** For the owner: who has a second factor, whether all must, and help for those who are locked out. */
export function teamRoutes(portal: Portal): Router {
  const { twoFactor, people, state, sessions, clock } = portal
  const router = Router()

  const page = async (response: Response): Promise<void> => {
    const accounts = await twoFactor.account.statuses({ userIds: people.everyone.map(({ id }) => id) })
    const team = people.everyone.flatMap((person, index) => {
      const account = accounts[index]
      return account === undefined ? [] : [{ person, account }]
    })
    const self = memberOf(response).person
    show(
      portal,
      response,
      teamView(visitOf(response), {
        team,
        self,
        requiredFrom: state.requiredFrom,
        changes: ruleChanges(portal),
        now: clock.now(),
      }),
    )
  }

  router.get('/', async (_request, response) => {
    await page(response)
  })

  // Whoever finds the owner's browser open must not loosen the rule, so it asks for the second factor first.
  router.post('/', provenOnly(portal), async (request, response) => {
    const { team } = visitOf(response).words
    const { person, account } = memberOf(response)
    const now = clock.now()
    const from = field(request, 'require') === 'yes' ? requiredFrom(field(request, 'from'), now) : null
    const problem = from === 'no-date' ? team.badDate : from === 'past' ? team.pastDate : null
    if (from === 'no-date' || from === 'past') {
      const typed = { require: 'yes', from: field(request, 'from').slice(0, 10) }
      goTo(portal, response, '/team', { tone: 'error', text: problem ?? '', field: 'from', typed })
      return
    }
    const { requiredFrom: before } = state
    if (!account.enabled && before !== null && (from === null || from > before)) {
      goTo(portal, response, '/team', { tone: 'error', text: team.ownFirst })
      return
    }
    if (from !== before) await changeRule(state, { by: person.id, at: now, from })
    goTo(portal, response, '/team', { tone: 'success', text: team.saved })
  })

  router.post('/:personId/remind', async (request, response) => {
    const person = people.find(parameter(request, 'personId'))
    const { team } = visitOf(response).words
    if (person === null) {
      show(portal, response, failureView(visitOf(response).words, 'notFound', 404))
      return
    }
    const { remindSubject, remindText } = wordsOf(state.languages.get(person.id) ?? visitOf(response).locale).team
    await portal.phone.mail({ to: person.email, subject: remindSubject, text: remindText, path: '/enrol' })
    goTo(portal, response, '/team', { tone: 'success', text: team.reminded(person.name) })
  })

  type Step = (person: Person, request: Request, response: Response) => Promise<void> | void
  /** Runs a route for someone of the team who is not the owner: what these do is for others. */
  const withOther =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const person = people.find(parameter(request, 'personId'))
      const self = memberOf(response).person
      if (person === null || person.id === self.id)
        show(portal, response, failureView(visitOf(response).words, 'notFound', 404))
      else await step(person, request, response)
    }
  const done = (response: Response, notice: string): void => {
    goTo(portal, response, '/team', { tone: 'success', text: notice })
  }

  router.get(
    '/:personId/reset',
    provenOnly(portal),
    withOther((person, _request, response) => {
      const visit = visitOf(response)
      const { resetTitle, resetLead, reset } = visit.words.team
      const page = {
        title: resetTitle(person.name),
        lead: [resetLead],
        submit: reset,
        danger: true,
        back: '/team',
      }
      show(portal, response, confirmView(visit, { to: `/team/${person.id}/reset`, ...page }))
    }),
  )
  router.post(
    '/:personId/reset',
    provenOnly(portal),
    withOther(async (person, _request, response) => {
      await twoFactor.admin.reset({ userId: person.id, actor: memberOf(response).person.id })
      sessions.endAll(person.id)
      done(response, visitOf(response).words.team.resetDone(person.name))
    }),
  )

  router.get(
    '/:personId/unlock',
    provenOnly(portal),
    withOther((person, _request, response) => {
      const visit = visitOf(response)
      const { unlockTitle, unlockLead, unlock } = visit.words.team
      const page = { title: unlockTitle(person.name), lead: [unlockLead], submit: unlock, back: '/team' }
      show(portal, response, confirmView(visit, { to: `/team/${person.id}/unlock`, ...page }))
    }),
  )
  router.post(
    '/:personId/unlock',
    provenOnly(portal),
    withOther(async (person, _request, response) => {
      await twoFactor.admin.unlock({ userId: person.id, actor: memberOf(response).person.id })
      done(response, visitOf(response).words.team.unlocked(person.name))
    }),
  )

  router.get(
    '/:personId/pass',
    provenOnly(portal),
    withOther((person, _request, response) => {
      const visit = visitOf(response)
      const { passTitle, passLead, pass } = visit.words.team
      const page = { title: passTitle(person.name), lead: [passLead], submit: pass, back: '/team' }
      show(portal, response, confirmView(visit, { to: `/team/${person.id}/pass`, ...page }))
    }),
  )
  router.post(
    '/:personId/pass',
    provenOnly(portal),
    withOther(async (person, request, response) => {
      const { session, person: owner } = memberOf(response)
      const result = await twoFactor.admin.issueAccessPass({ userId: person.id, actor: owner.id })
      if (result.status === 'refused') {
        refuse(portal, request, response, result)
        return
      }
      session.accessPass = { userId: person.id, pass: result.pass, expiresAt: result.expiresAt }
      response.redirect(303, `/team/${person.id}/pass/issued`)
    }),
  )
  router.get(
    '/:personId/pass/issued',
    withOther((person, _request, response) => {
      const { accessPass } = memberOf(response).session
      if (accessPass?.userId === person.id) show(portal, response, passView(visitOf(response), person, accessPass))
      else response.redirect(303, '/team')
    }),
  )
  router.post('/pass/done', (_request, response) => {
    memberOf(response).session.accessPass = null
    response.redirect(303, '/team')
  })

  return router
}

/** The changes of the rule, with the names of those who made them. */
function ruleChanges({ state, people }: Portal): readonly NamedRuleChange[] {
  return state.ruleChanges.map((change) => ({ ...change, name: people.find(change.by)?.name ?? change.by }))
}

/** The instant that a date field means: the start of that day here, or now when it is empty or today. */
function requiredFrom(date: string, now: number): number | 'no-date' | 'past' {
  if (date === '') return now
  const [year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)?.slice(1).map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return 'no-date'
  const start = new Date(year, month - 1, day)
  if (start.getMonth() !== month - 1 || start.getDate() !== day) return 'no-date'
  const end = new Date(year, month - 1, day + 1)
  return end.getTime() <= now ? 'past' : Math.max(start.getTime(), now)
}
