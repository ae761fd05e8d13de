// The first words come before everything else is loaded: a second of silence looks like something is broken.
console.log('The Countersign demo is starting.')
void import('./server.js')
