// Publishes every non-empty line of a file, numbered, in batches; prints how many were acknowledged.
'use strict'
const fs = require('fs')
const nsq = require('nsqjs')
const { connectionOptions, argument } = require('./options')

const BATCH = 200
const BATCHES_UNANSWERED_MAX = 8

function open() {
  return new Promise((resolve, reject) => {
    const writer = new nsq.Writer('127.0.0.1', Number(argument('port')), connectionOptions())
    writer.on('ready', () => resolve(writer))
    writer.on('error', reject)
    writer.on('closed', () => reject(new Error('the broker closed the connection')))
    writer.connect()
  })
}

// The lines of a file as bytes: a decoder would change what is not UTF-8.
async function* linesOf(file) {
  let rest = Buffer.alloc(0)
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk])
    let from = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      yield bytes.subarray(from, end)
      from = end + 1
    }
    rest = bytes.subarray(from)
  }
  if (rest.length > 0) yield rest
}

async function main() {
  const writer = await open()
  const topic = argument('topic')
  const unanswered = new Set()
  let acknowledged = 0
  const publish = async (batch) => {
    if (unanswered.size >= BATCHES_UNANSWERED_MAX) await Promise.race(unanswered)
    const answer = new Promise((resolve, reject) => {
      writer.publish(topic, batch, (error) => (error ? reject(error) : resolve()))
    }).then(() => {
      acknowledged += batch.length
      unanswered.delete(answer)
    })
    unanswered.add(answer)
  }
  let batch = []
  let number = 0
  for await (const line of linesOf(argument('input'))) {
    batch.push(Buffer.concat([Buffer.from(`${argument('publisher')}:${number++}:`), line]))
    if (batch.length === BATCH) {
      await publish(batch)
      batch = []
    }
  }
  if (batch.length > 0) await publish(batch)
  await Promise.all(unanswered)
  console.log(JSON.stringify({ acknowledged }))
  process.exit(0)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
