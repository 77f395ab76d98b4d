// Consumes a channel until as many different lines as expected have come; prints how many, how many came twice and
// their sum, which does not depend on the order.
'use strict'
const zlib = require('zlib')
const nsq = require('nsqjs')
const { connectionOptions, argument } = require('./options')

const IN_FLIGHT = 1000
// How long to look for messages that come again after the last one expected.
const LINGER_MS = 500

const expected = Number(argument('expected'))
const seen = new Map()
let distinct = 0
let again = 0
let sum = 0n

// Marks a line of a publisher; tells whether it is new.
function isNew(publisher, number) {
  if (!seen.has(publisher)) seen.set(publisher, new Uint8Array(expected))
  const marks = seen.get(publisher)
  if (marks[number]) return false
  marks[number] = 1
  return true
}

function take(message) {
  const body = message.body
  const first = body.indexOf(0x3a)
  const second = body.indexOf(0x3a, first + 1)
  const publisher = body.toString('latin1', 0, first)
  const number = Number(body.toString('latin1', first + 1, second))
  if (isNew(publisher, number)) {
    distinct++
    sum += BigInt(zlib.crc32(body))
  } else {
    again++
  }
  message.finish()
  if (distinct === expected) setTimeout(finish, LINGER_MS)
}

function finish() {
  console.log(JSON.stringify({ distinct, again, sum: sum.toString() }))
  process.exit(0)
}

const reader = new nsq.Reader(argument('topic'), argument('channel'), {
  ...connectionOptions(),
  nsqdTCPAddresses: `127.0.0.1:${argument('port')}`,
  maxInFlight: IN_FLIGHT,
})
reader.on('message', take)
reader.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
reader.connect()
