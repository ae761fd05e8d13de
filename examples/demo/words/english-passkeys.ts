/** The sentences about passkeys and access passes, in English. */
export const englishPasskeys = {
  passkey: {
    option: 'Passkey or security key',
    optionHint: 'Touch a key, or unlock this device. Nothing to type, and nothing that a false page could ask for.',
    orWithoutCode: 'Or without a code:',
    enrolTitle: 'Set up a passkey',
    enrolText: 'Your browser will ask where to keep it: on this device, in a password manager, or on a security key.',
    name: 'Name',
    nameHint: 'For instance “Blue key”, to tell it from another. You may leave it empty.',
    create: 'Create the passkey',
    signInTitle: 'Use your passkey',
    signInText: 'Touch your security key, or unlock the device that keeps your passkey.',
    use: 'Use the passkey',
    useInstead: 'Use your passkey instead',
    unsupported: 'This browser cannot use passkeys, or its scripts are switched off. Take another way.',
    nothing: 'Nothing came of it: it was cancelled, or took too long. Try again, or take another way.',
    exists: 'This key is set up already. Take another one.',
    elsewhere: (origin: string) => `Passkeys work at ${origin} only. Open the portal there.`,
    synced: 'synced between devices',
    oneDevice: 'kept in one device',
    lastUsed: (date: string) => `Last used ${date}`,
  },
}
