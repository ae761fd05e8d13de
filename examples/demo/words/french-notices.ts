import type { englishNotices } from './english-notices.js'

export const frenchNotices: typeof englishNotices = {
  notices: {
    unexpected: 'Si vous ne vous y attendiez pas, changez votre mot de passe et prévenez Dr Okafor. Votre compte :',
    sentences: {
      'factor-added': ({ factor }) => `Un moyen de connexion a été ajouté : ${factor}`,
      'factor-replaced': ({ factor }) => `Un moyen de connexion a été remplacé par un autre : ${factor}`,
      'factor-removed': ({ factor }) => `Un moyen de connexion a été retiré : ${factor}`,
      'passkey-counter-fell': () => 'Une de vos clés d’accès a peut-être été copiée ; elle a été refusée',
      'recovery-codes-issued': () => 'De nouveaux codes de secours ont été créés ; les précédents ne valent plus rien',
      'recovery-code-redeemed': ({ remaining }) =>
        `Un code de secours a servi à la connexion ; il en reste ${remaining}`,
      'access-pass-issued': () => 'La responsable du cabinet a délivré un laissez-passer pour votre compte',
      'access-pass-redeemed': () => 'Un laissez-passer a servi à la connexion',
      'device-trusted': ({ device }) => `Un ordinateur de confiance se connecte désormais sans code : ${device}`,
      'password-changed': () => 'Votre mot de passe a été changé',
      locked: () => 'Codes bloqués un moment : quelqu’un qui a votre mot de passe en a saisi trop d’erronés',
      suspended: () => 'Codes suspendus : quelqu’un qui a votre mot de passe en a saisi beaucoup trop d’erronés',
      unlocked: () => 'La responsable du cabinet a débloqué les codes de votre compte',
      disabled: () => 'La double authentification a été désactivée',
      reset: () => 'La responsable du cabinet a réinitialisé la double authentification de votre compte',
    },
  },
}
