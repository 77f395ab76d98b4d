// What the two programs are told: --name=value.
'use strict'
const fs = require('fs')

function argument(name) {
  const found = process.argv.find((each) => each.startsWith(`--${name}=`))
  if (found === undefined) throw new Error(`--${name}= is missing`)
  return found.slice(name.length + 3)
}

// How to connect: plain, tls, snappy, deflate or tls+snappy, tls+deflate.
function connectionOptions() {
  const kinds = argument('connection').split('+')
  const options = { snappy: kinds.includes('snappy'), deflate: kinds.includes('deflate') }
  if (kinds.includes('tls')) Object.assign(options, { tls: true, ca: fs.readFileSync(argument('ca')) })
  return options
}

module.exports = { argument, connectionOptions }
